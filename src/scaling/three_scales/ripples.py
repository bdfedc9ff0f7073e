"""Ripples: how a change at one scale reaches the other two, and how much of it is left there.

A linear dynamic system over three scales, x(t+1) = A x(t) + b u(t), read by its impulse responses
(Lütkepohl 2005, ch. 2). Bronfenbrenner (1977) is the usual source for persons nested in settings
nested in society.
Left out: thresholds and tipping (see ``collective_action``), and that people are not averages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SCALES = ("society-wide", "organisational", "individual")
INERTIA = (0.8, 0.6, 0.5)  # share of a change still there a quarter later, by scale
DOWN = 0.2  # of a change above that is passed down one scale in a quarter
DIRECT = 0.1  # of a society-wide change that reaches people past any organisation
QUARTERS = 40
ONCE, LASTING = "once", "lasting"
POINTS = {ONCE: 100.0, LASTING: 10.0}  # in the first quarter only; in every quarter
PUSHED = {  # the share of a push that acts at each scale
    "society": (1.0, 0.0, 0.0),
    "organisations": (0.0, 1.0, 0.0),
    "people": (0.0, 0.0, 1.0),
    "law": (1.0, 1.0, 1.0),
}


@dataclass(frozen=True)
class Ripples:
    """What a push does at three scales over time.

    Attributes
    ----------
    at : str
        Where the push acts, a key of ``PUSHED``.
    kind : str
        ``ONCE``, 100 points in quarter 0; or ``LASTING``, 10 points in every quarter.
    up : float
        Share of a change that is passed up one scale in a quarter.
    buffer : float
        Share of what would come to people through organisations that these hold back.
    path : numpy.ndarray, shape (41, 3)
        Change in points, one row a quarter from 0 on, one column a scale from society down.
    long_run : numpy.ndarray, shape (3,)
        Where the three scales end if this goes on for ever; zeros for a push that comes once.
    """

    at: str
    kind: str
    up: float
    buffer: float
    path: np.ndarray
    long_run: np.ndarray

    @property
    def peak(self) -> np.ndarray:
        """Largest change at each scale within the ten years, in points, shape (3,)."""
        return self.path.max(axis=0)

    @property
    def peak_quarter(self) -> np.ndarray:
        """Quarter in which each scale has moved furthest, shape (3,)."""
        return self.path.argmax(axis=0)


def matrix(up: float, buffer: float) -> np.ndarray:
    """Return A: what each scale (row) takes over in a quarter from each scale (column).

    Parameters
    ----------
    up : float
        Passed up one scale, from people to organisations and from these to society, 0 to 0.2.
    buffer : float
        Held back by organisations, 0 to 1.

    Returns
    -------
    numpy.ndarray, shape (3, 3)
        Rows and columns in the order of ``SCALES``. Up to ``up`` = 0.2 no row sums to more than 1
        and the last one to less, so that every change dies out in the end.
    """
    society, organisations, people = INERTIA
    return np.array(
        [
            [society, up, 0.0],
            [DOWN, organisations, up],
            [DIRECT, DOWN * (1 - buffer), people],
        ]
    )


def responses(a: np.ndarray, push: np.ndarray, steps: int, lasting: bool = False) -> np.ndarray:
    """Return x(0), …, x(steps) of x(t+1) = A x(t) + push, with x(0) = push.

    Parameters
    ----------
    a : numpy.ndarray, shape (n, n)
        A.
    push : numpy.ndarray, shape (n,)
        What is added at each scale.
    steps : int
        0 or more.
    lasting : bool
        Whether the push comes again at every step; otherwise only at step 0.

    Returns
    -------
    numpy.ndarray, shape (steps + 1, n)
    """
    push = np.asarray(push, dtype=float)
    path = np.empty((steps + 1, len(push)))
    path[0] = push
    for step in range(steps):
        path[step + 1] = a @ path[step] + (push if lasting else 0.0)
    return path


def run(at: str = "people", kind: str = ONCE, up: float = 0.05, buffer: float = 0.0) -> Ripples:
    """Push at one scale, or at all three, and follow the change for ten years.

    Parameters
    ----------
    at : {"society", "organisations", "people", "law"}
        Where the push acts; a law acts on all three at once.
    kind : {"once", "lasting"}
        100 points in one quarter, or 10 points in every quarter.
    up : float
        0 to 0.2; what is passed down is 0.2.
    buffer : float
        0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    if at not in PUSHED:
        raise ValueError(f"at must be one of {', '.join(PUSHED)}; it is {at!r}.")
    if kind not in POINTS:
        raise ValueError(f"kind must be {ONCE} or {LASTING}; it is {kind!r}.")
    if not 0 <= up <= DOWN:
        raise ValueError(f"up must lie between 0 and {DOWN}, which is passed down; it is {up}.")
    if not 0 <= buffer <= 1:
        raise ValueError(f"buffer must lie between 0 and 1; it is {buffer}.")
    a = matrix(up, buffer)
    push = POINTS[kind] * np.array(PUSHED[at])
    lasting = kind == LASTING
    return Ripples(
        at=at,
        kind=kind,
        up=up,
        buffer=buffer,
        path=responses(a, push, QUARTERS, lasting),
        long_run=np.linalg.solve(np.eye(3) - a, push) if lasting else np.zeros(3),
    )

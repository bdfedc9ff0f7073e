"""Random-effects meta-analysis: the mean over several studies, and a prediction for the next place.

The estimator is that of DerSimonian and Laird (1986); the prediction interval that of Higgins,
Thompson and Spiegelhalter (2009), with Student's t; the interval for few studies that of Hartung
and Knapp (2001); the regression on a moderator is its moment estimator generalised (Raudenbush
2009, method of moments).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from scaling import arguments


@dataclass(frozen=True)
class RandomEffects:
    """A random-effects meta-analysis of k studies; effects in the unit they were given in.

    Attributes
    ----------
    k : int
        Number of studies.
    mean, se : float
        Estimated mean effect over places, and its standard error.
    tau2 : float
        Between-site variance (effect units squared).
    q : float
        Cochran's Q, the weighted squared distances from the fixed-effect mean.
    fixed_mean, fixed_se : float
        The mean that ignores differences between places, and its standard error.
    """

    k: int
    mean: float
    se: float
    tau2: float
    q: float
    fixed_mean: float
    fixed_se: float

    def mean_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the interval for the mean over all places, mean ± z · se."""
        _check_level(level)
        z = special.ndtri(0.5 + level / 2)
        return self.mean - z * self.se, self.mean + z * self.se

    @property
    def next_place_sd(self) -> float:
        """The standard deviation of the prediction for a next place, √(τ² + se²)."""
        return float(np.sqrt(self.tau2 + self.se**2))

    def next_place(self, level: float = 0.95) -> tuple[float, float] | None:
        """Return the prediction interval for the true effect in a next place.

        The result is None with fewer than three studies, because Student's t needs k − 2 > 0
        degrees of freedom.
        """
        _check_level(level)
        if self.k < 3:
            return None
        return _by_t(self.mean, self.next_place_sd, self.k - 2, level)

    def chance_above(self, effect: float) -> float:
        """Return the probability that the effect in a next place exceeds ``effect``.

        The result is NaN with fewer than three studies.
        """
        if self.k < 3:
            return float("nan")
        return float(special.stdtr(self.k - 2, (self.mean - effect) / self.next_place_sd))


def random_effects(effects: ArrayLike, variances: ArrayLike) -> RandomEffects:
    """Pool k effects by the method of DerSimonian and Laird (1986).

    Parameters
    ----------
    effects : array_like, shape (k,)
        One effect per study, on a scale on which averaging makes sense (log risk ratios, mean
        differences).
    variances : array_like, shape (k,)
        The square of each effect's standard error.

    Returns
    -------
    RandomEffects

    Raises
    ------
    ValueError
        If there is no study, the lengths differ, a value is missing, or a variance is not above 0.
    """
    y, v = _checked_arrays(effects, variances)
    k, weight = len(y), 1 / v
    fixed_mean = float(np.sum(weight * y) / np.sum(weight))
    q = float(np.sum(weight * (y - fixed_mean) ** 2))
    tau2 = 0.0
    if k > 1:
        tau2 = max(0.0, (q - (k - 1)) / (weight.sum() - np.sum(weight**2) / weight.sum()))
    weight_star = 1 / (v + tau2)
    return RandomEffects(
        k=k,
        mean=float(np.sum(weight_star * y) / weight_star.sum()),
        se=float(weight_star.sum() ** -0.5),
        tau2=float(tau2),
        q=q,
        fixed_mean=fixed_mean,
        fixed_se=float(weight.sum() ** -0.5),
    )


def hartung_knapp(
    effects: ArrayLike, variances: ArrayLike, level: float = 0.95
) -> tuple[float, float]:
    """Return the interval of Hartung and Knapp (2001) for the mean over all places.

    With few studies mean ± z · se is too narrow, because it takes τ² for known. This interval
    estimates the standard error from how far the studies lie from their mean, and uses Student's t
    with k − 1 degrees of freedom.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        As in ``random_effects``.
    level : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        As in ``random_effects``; or with fewer than two studies.
    """
    _check_level(level)
    pooled = random_effects(effects, variances)
    if pooled.k < 2:
        raise ValueError("The interval of Hartung and Knapp needs at least two studies.")
    y, weight = np.asarray(effects, float), 1 / (np.asarray(variances, float) + pooled.tau2)
    distances = float(np.sum(weight * (y - pooled.mean) ** 2))
    se = np.sqrt(distances / (pooled.k - 1) / weight.sum())
    return _by_t(pooled.mean, se, pooled.k - 1, level)


def next_place_as_published(
    mean: float, interval: tuple[float, float], i_squared: float, k: int
) -> tuple[float, float]:
    """Return the 95 % prediction interval that a published summary allows, roughly.

    A review often gives the mean, its interval and I², and not the single studies. Were they of
    equal size, each would have the variance k · se², and the part I² of it would lie between
    places (Higgins & Thompson 2002).

    Parameters
    ----------
    mean : float
        On a scale on which averaging makes sense, such as the logarithm of an odds ratio.
    interval : tuple of float
        The 95 % interval of the mean, made with the normal distribution.
    i_squared : float
        From 0 to below 1.
    k : int
        Number of studies, at least 3.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    arguments.at_least("i_squared", i_squared)
    arguments.whole("k", k, 3)
    if i_squared >= 1 or interval[0] >= interval[1]:
        raise ValueError("I² has to be below 1, and the interval's lower end below its upper end.")
    se = (interval[1] - interval[0]) / (2 * special.ndtri(0.975))
    tau2 = i_squared * k * se**2
    return _by_t(mean, np.sqrt(tau2 + se**2), k - 2, 0.95)


def _by_t(mean: float, sd: float, freedom: int, level: float) -> tuple[float, float]:
    """Return mean ± t · sd, with Student's t for these degrees of freedom."""
    half = special.stdtrit(freedom, 0.5 + level / 2) * sd
    return float(mean - half), float(mean + half)


def difference(
    one: RandomEffects, other: RandomEffects, level: float = 0.95
) -> tuple[float, tuple[float, float]]:
    """Return the mean of one group of studies minus that of another, with its interval.

    Each group keeps its own between-site variance, unlike in ``trend``, where all share one.

    Parameters
    ----------
    one, other : RandomEffects
        Means over different studies.
    level : float
        Between 0 and 1.

    Returns
    -------
    float
    tuple of float
    """
    _check_level(level)
    found = one.mean - other.mean
    half = special.ndtri(0.5 + level / 2) * float(np.hypot(one.se, other.se))
    return found, (found - half, found + half)


@dataclass(frozen=True)
class Trend:
    """A mixed-effects regression of k effects on one moderator.

    Attributes
    ----------
    k : int
        Number of studies.
    intercept, slope : float
        The line, in effect units and effect units per unit of the moderator.
    covariance : numpy.ndarray, shape (2, 2)
        The covariance matrix of intercept and slope.
    tau2 : float
        Between-site variance that the moderator leaves unexplained.
    """

    k: int
    intercept: float
    slope: float
    covariance: np.ndarray
    tau2: float

    @property
    def slope_se(self) -> float:
        """Standard error of the slope."""
        return float(np.sqrt(self.covariance[1, 1]))

    def at(self, moderator: float) -> tuple[float, float]:
        """Return the line's value at ``moderator`` and the standard error of that value."""
        x = np.array([1.0, moderator])
        value = self.intercept + self.slope * moderator
        return value, float(np.sqrt(x @ self.covariance @ x))

    def next_place(self, moderator: float, level: float = 0.95) -> tuple[float, float] | None:
        """Return the prediction interval for the true effect in a next place at ``moderator``.

        Student's t has k − 3 degrees of freedom, one less than without the moderator. The result
        is None with fewer than four studies.
        """
        _check_level(level)
        if self.k < 4:
            return None
        value, se = self.at(moderator)
        half_width = special.stdtrit(self.k - 3, 0.5 + level / 2) * np.sqrt(self.tau2 + se**2)
        return value - float(half_width), value + float(half_width)


def trend(effects: ArrayLike, variances: ArrayLike, moderator: ArrayLike) -> Trend:
    """Regress k effects on one moderator, allowing for differences that it does not explain.

    Parameters
    ----------
    effects, variances, moderator : array_like, shape (k,)
        Effects and variances as in ``random_effects``; the moderator is one number per study.

    Returns
    -------
    Trend

    Raises
    ------
    ValueError
        As in ``random_effects``; or with fewer than three studies; or if the moderator is the same
        everywhere.
    """
    y, v = _checked_arrays(effects, variances)
    x = np.asarray(moderator, dtype=float)
    if x.shape != y.shape or not np.isfinite(x).all():
        raise ValueError(f"A trend needs one moderator value per study: {len(y)}, all numbers.")
    if len(y) < 3:
        raise ValueError(f"A trend needs at least three studies, not {len(y)}.")
    if np.ptp(x) == 0:
        raise ValueError("A trend needs a moderator that differs between studies.")
    design = np.column_stack([np.ones_like(x), x])
    weight = 1 / v
    projection = _projection(design, weight)
    residual_q = float(y @ projection @ y)
    tau2 = max(0.0, (residual_q - (len(y) - 2)) / float(np.trace(projection)))
    weight_star = 1 / (v + tau2)
    covariance = np.linalg.inv(design.T @ (weight_star[:, None] * design))
    intercept, slope = covariance @ design.T @ (weight_star * y)
    return Trend(len(y), float(intercept), float(slope), covariance, tau2)


def _projection(design: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return W − WX(XᵀWX)⁻¹XᵀW, which maps effects to their weighted residuals."""
    weighted = weight[:, None] * design
    return np.diag(weight) - weighted @ np.linalg.solve(design.T @ weighted, weighted.T)


def _checked_arrays(effects: ArrayLike, variances: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return effects and variances as arrays, or raise a ValueError that says what is wrong."""
    y, v = np.asarray(effects, dtype=float), np.asarray(variances, dtype=float)
    if y.ndim != 1 or y.shape != v.shape or len(y) == 0:
        raise ValueError(
            f"A meta-analysis needs one variance for each effect, at least one of both; "
            f"here are {y.size} effects and {v.size} variances."
        )
    if not (np.isfinite(y).all() and np.isfinite(v).all()):
        raise ValueError("An effect or a variance is missing or infinite; leave that study out.")
    if (v <= 0).any():
        worst = int(np.argmin(v)) + 1
        raise ValueError(
            f"The variance of study {worst} is {v[worst - 1]:g}, but a variance must be above 0: "
            "no study is perfectly certain."
        )
    return y, v


def _check_level(level: float) -> None:
    arguments.strictly_between("level", level, 0, 1, such_as=0.95)

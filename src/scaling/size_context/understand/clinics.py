"""Ten invented clinics, as a forest plot to read.

Each has sent its patients reminders by text message, and compared how many appointments were kept
with patients who got none. The effects and standard errors are invented.
"""

from __future__ import annotations

from functools import cache

from scaling import meta, style
from scaling.size_context import next_place
from scaling.still import Still

# The name of each clinic, its effect and the standard error, both in percentage points.
STUDIES = """\
Alder, 9.0, 1.5
Birch, 2.1, 1.4
Cedar, 5.2, 1.6
Dogwood, -1.0, 1.5
Elm, 6.8, 1.7
Fir, 3.9, 1.4
Gorse, 0.5, 1.6
Hazel, 7.4, 1.5
Ivy, 3.2, 1.5
Juniper, 4.6, 1.6"""


@cache
def pooled() -> meta.RandomEffects:
    """Return the mean over the ten clinics, in percentage points."""
    return next_place.run(own=STUDIES).pooled


def to_read() -> Still:
    """Return the forest plot of the clinics; its words describe it and draw no conclusion."""
    result = next_place.run(own=STUDIES)
    drawn = next_place.picture(result).update_layout(template=style.LIGHT)
    drawn.update_xaxes(title="more appointments kept,<br>in percentage points")
    words = (
        f"From top to bottom: {result.pooled.k} clinics with their 95 % intervals; then the mean "
        "of all such clinics, and the next place, which is the next clinic, each with its 95 % "
        "interval."
    )
    return Still("Ten clinics, to read", drawn, words, next_place.table(result))

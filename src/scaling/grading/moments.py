"""The moment at which something was handed in, read only where the text leaves no doubt."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

HOW = "Write year, month, day, time and zone, such as 2027-03-12 17:40:00 UTC or … +0100."
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)? ?"
    r"(Z|[+-]\d{2}(?::?\d{2})?|[A-Z]\S*)",
    re.ASCII,
)


def moment(text: str) -> datetime:
    """Return a moment in UTC, without a zone, as nbgrader keeps it.

    Parameters
    ----------
    text : str
        Date, time and zone: UTC, GMT, Z, an offset, or a place such as Europe/Berlin.

    Raises
    ------
    ValueError
        If it is no such text, or if the clocks of the place showed this time twice or never.
    """
    found = _MOMENT.fullmatch(text.strip().removeprefix("\ufeff").strip())
    if not found:
        raise ValueError(HOW)
    date, time, seconds, zone = found.groups()
    local = datetime.fromisoformat(f"{date} {time}{_padded(seconds or ':00')}")
    if zone in ("Z", "UTC", "GMT"):
        return local
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if away >= timedelta(days=1):
            raise ValueError(HOW)
        there = timezone(away if zone[0] == "+" else -away)
        return local.replace(tzinfo=there).astimezone(UTC).replace(tzinfo=None)
    return _at_place(local, zone)


def _padded(seconds: str) -> str:
    """Return seconds with six digits behind the point, which Python 3.11 wants or none."""
    whole, point, part = seconds.partition(".")
    return f"{whole}.{part.ljust(6, '0')}" if point else whole


def _at_place(local: datetime, zone: str) -> datetime:
    if "/" not in zone:  # EST, IST and their like mean several places, and some no fixed hour.
        raise ValueError(HOW)
    try:
        place = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(HOW) from None
    first, second = (local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise ValueError(f"The clocks of {zone} showed this time twice or never. {HOW}")
    return first.replace(tzinfo=None)

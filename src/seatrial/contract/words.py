"""Figures, durations and instants as people read them. Pure, and the same on every machine."""

import math
from datetime import UTC, datetime

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
_BINARY = 1024


def duration(seconds: float) -> str:
    """`0.4 s`, `14 s`, `3 min 20 s`, `2 h 5 min`, `3 days`."""
    if not math.isfinite(seconds):
        return "for ever" if seconds > 0 else "unknown"
    if seconds < 0:
        return f"-{duration(-seconds)}"
    whole = round(seconds)
    if whole < MINUTE:
        # below ten seconds, tenths are worth reading
        return f"{number(round(seconds, 1)) if whole < 10 else whole} s"  # noqa: PLR2004
    if whole < HOUR:
        return _two(whole, 60, "min", 1, "s")
    return _two(whole, 3600, "h", 60, "min") if whole < 2 * DAY else f"{round(whole / DAY)} days"


def _two(whole: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    rest = whole % large // small
    return f"{whole // large} {large_unit}" + (f" {rest} {small_unit}" if rest else "")


def ago(seconds: float) -> str:
    """`3 days ago`, `just now`."""
    return "just now" if seconds < 1 else f"{duration(seconds)} ago"


def number(value: float) -> str:
    """A number without needless digits: `17.3`, `0.0042`, `1250000`, `inf`."""
    if not math.isfinite(value):
        return "never" if value > 0 else str(value)
    if value == int(value) and abs(value) < 1e15:  # noqa: PLR2004 - exact in a double
        return str(int(value))
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"  # noqa: PLR2004


def quantity(value: float, unit: str) -> str:
    """A number with its unit, a no-break space between."""
    return f"{number(value)}\u00a0{unit}" if unit else number(value)


def size(count: float) -> str:
    """Bytes: `512 B`, `1.5 KiB`, `7.8 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < _BINARY:
            return f"{number(round(count, 1))} {unit}"
        count /= _BINARY
    return f"{number(round(count, 1))} TiB"


def instant(seconds: float) -> str:
    """`2026-11-23 21:16 UTC`; what no calendar holds is said to be unknown."""
    return _written(seconds, "%Y-%m-%d %H:%M UTC")


def second(seconds: float) -> str:
    """`2026-11-23 21:16:05 UTC`; what no calendar holds is said to be unknown."""
    return _written(seconds, "%Y-%m-%d %H:%M:%S UTC")


def exact(seconds: float) -> str:
    """`2026-11-23 21:16:05.123456+00:00`: what is copied into a command loses nothing of it."""
    return _written(seconds, "%Y-%m-%d %H:%M:%S.%f+00:00")


def _written(seconds: float, form: str) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime(form)
    except (ValueError, OverflowError, OSError):
        return "unknown"


def day(seconds: float) -> str:
    """`2026-11-23`."""
    return instant(seconds).partition(" ")[0]

"""Formats numbers for display on pages and on the command line."""

from __future__ import annotations

from collections.abc import Sequence

UNKNOWN = "unknown"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Format a number with its noun: "1 page", "2,000 pages"; the plural is the noun with an s unless it is given."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def milliseconds(ms: float) -> str:
    """Format a short time, given in ms: "0.4 ms", "41 ms", "2.1 s"."""
    if ms >= 999.5:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.0f} ms" if ms >= 9.95 else f"{ms:.1f} ms"


def duration(ms: float) -> str:
    """Format a long time, given in ms, in whole seconds up to 90 s, then in minutes; at least "1 s"."""
    seconds = max(round(ms / 1000), 1)
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"


def percent(share: float | None) -> str:
    """Format a share from 0 to 1 in whole percent: "0 %" and "100 %" only for exactly 0 and 1; "unknown" for None."""
    if share is None:
        return UNKNOWN
    rounded = f"{share:.0%}".replace("%", " %")
    if rounded == "0 %" and share > 0:
        return "<1 %"
    return ">99 %" if rounded == "100 %" and share < 1 else rounded


def page_range(numbers: Sequence[int]) -> str:
    """Format ascending page numbers by the first and the last, "3–5"; one number as "3", and none as ""."""  # noqa: RUF002
    if len(numbers) > 1:
        return f"{numbers[0]}–{numbers[-1]}"  # noqa: RUF001
    return "".join(map(str, numbers))


def three_digits(number: float) -> str:
    """Format a score in three significant digits, whatever its size: "0.614", "12.3", "0.0328", "1.00", "1,230"."""
    if not number:
        return "0"
    whole_digits = int(f"{number:.2e}".partition("e")[2]) + 1
    return f"{round(number, 3 - whole_digits):,.{max(3 - whole_digits, 0)}f}"

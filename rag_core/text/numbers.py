"""How numbers are written for people, on the pages and on the command line."""

from __future__ import annotations

from collections.abc import Sequence

UNKNOWN = "unknown"


def milliseconds(ms: float) -> str:
    """A short time in at most three digits: "0.4 ms", "41 ms", "2.1 s"."""
    if ms >= 999.5:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.0f} ms" if ms >= 9.95 else f"{ms:.1f} ms"


def duration(ms: float) -> str:
    """A long time, from milliseconds: whole seconds up to 90, then minutes; "1 s" at least."""
    seconds = max(round(ms / 1000), 1)
    return f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} min"


def percent(share: float | None) -> str:
    """A share from 0 to 1 in whole percent; "0 %" and "100 %" only where it is exactly that."""
    if share is None:
        return UNKNOWN
    rounded = f"{share:.0%}".replace("%", " %")
    if rounded == "0 %" and share > 0:
        return "<1 %"
    return ">99 %" if rounded == "100 %" and share < 1 else rounded


def page_range(numbers: Sequence[int]) -> str:
    """The first and the last of ascending page numbers, "3–5"; one number alone, and "" for none."""  # noqa: RUF002
    if len(numbers) > 1:
        return f"{numbers[0]}–{numbers[-1]}"  # noqa: RUF001
    return "".join(map(str, numbers))

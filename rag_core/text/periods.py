"""Which years, months, quarters and halves a text names: "fiscal 2021", "FY22", "Q3", "June 25", "1994 to 1997"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MONTHS = (
    "January|February|March|April|June|July|August|September|October|November|December|"
    r"May(?=\s+(?:\d|of\b))|(?<=\bin )May|(?<=\bof )May|(?<=\bsince )May"  # not "companies may"
)
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_YEAR = r"(?:19|20)\d\d"
_NAMED = re.compile(
    # A number within an amount ("2,019", "$2019", "2019.5", "2019 %") is not a year.
    rf"(?<![\d.,$€£])(?P<first>{_YEAR})\s*(?:-|–|—|to|until|through)\s*(?P<last>{_YEAR}|\d\d(?![\d-]))(?![\d%])"  # noqa: RUF001
    r"|\b(?P<decade>(?:19|20)\d)0s\b"
    rf"|(?<![\d.,$€£])(?P<year>{_YEAR})(?!\d|,\d|\.\d|\s?%)"
    r"|\bFY\s?['’]?(?P<short>\d\d)\b"  # noqa: RUF001
    rf"|\b(?P<ordinal>{'|'.join(_ORDINALS)})\s+(?:(?:fiscal|financial|calendar)\s+)?(?P<part>quarter|half)"
    r"|\bQ(?P<quarter>[1-4])(?!\d)"
    rf"|\b(?P<month>{_MONTHS})\b(?:\s+\d{{1,2}}(?!\d))?",
    re.IGNORECASE,
)


MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


class Named(NamedTuple):
    """A mention of a period: its kind (`year`, `month`, `quarter` or `half`) and the values that it covers."""

    start: int
    end: int
    kind: str
    values: frozenset[int]


def named_periods(text: str, start: int = 0, end: int | None = None) -> Iterator[Named]:
    """The mentions of periods in `text[start:end]`, in order; a range of years covers each of them."""
    for match in _NAMED.finditer(text, start, len(text) if end is None else end):
        # "march" and "may" are other words.
        if not match["month"] or match["month"][0].isupper():
            yield Named(*match.span(), *_meaning(match))


def _meaning(match: re.Match[str]) -> tuple[str, frozenset[int]]:
    if match["first"]:
        return "year", _range(match["first"], match["last"])
    if match["decade"]:
        return "year", frozenset(range(int(match["decade"]) * 10, int(match["decade"]) * 10 + 10))
    if match["year"] or match["short"]:
        return "year", frozenset([int(match["year"] or f"20{match['short']}")])
    if match["part"]:
        return match["part"].lower(), frozenset([_ORDINALS[match["ordinal"].lower()]])
    if match["quarter"]:
        return "quarter", frozenset([int(match["quarter"])])
    return "month", frozenset([MONTH_NAMES.index(match["month"].lower()) + 1])


def _range(first: str, last: str) -> frozenset[int]:
    """All years of "1994 to 1997" or "2019-21"."""
    start, end = int(first), int(last if len(last) > 2 else first[:2] + last)
    if start <= end:
        return frozenset(range(start, end + 1))
    return frozenset([start, end] if len(last) > 2 else [start])  # "2022-06" is a month

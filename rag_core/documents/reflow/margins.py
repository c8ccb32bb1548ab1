"""Finds page numbers, running headers and running footers: lines that repeat in the margins of pages.

The search is conservative. A line counts only where it is the outermost one and apart from the body on many pages, and
either has the same words at the same height each time, or contains a number that counts the pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.document import LeftOutReason
from rag_core.documents.reflow.lines import Line, PageChars

_MARGIN = 0.13  # of the page's height
_MAX_LINES = 3  # lines of a header or footer
_MIN_SHARE = 0.4  # of the pages: left and right pages may have different headers
_MIN_PAGES = 3
_SAME_HEIGHT = 4.0  # points of difference, at most
_MIN_DISTANCE = 0.5  # of the line's height, to the body
_MAX_DIGITS = 6  # of a page number
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.|s\.)\s*)?(?:[A-Z]{1,2}-)?\d+(?:\s*(?:of|von|/|-)\s*\d+)?\W*", re.IGNORECASE
)


class _Candidate(NamedTuple):
    page: int
    line: Line
    side: str
    depth: int  # 0: the outermost line of the page
    in_margin: bool


class Margins(NamedTuple):
    """Lines that repeat: on many pages (left out of the text) and on a few (sentences continue after them)."""

    left_out: set[Line]
    repeated: set[Line]


def reason_of(line: Line, page: PageChars) -> LeftOutReason:
    """What a line is that repeats on pages."""
    if _PAGE_NUMBER.fullmatch(line.text):
        return "page_number"
    return "header" if line.top + line.bottom < page.height else "footer"


def find_margins(pages: Sequence[PageChars], lines: dict[int, list[Line]]) -> Margins:
    """The page numbers, running headers and running footers of all pages together."""
    filled = sum(bool(found) for found in lines.values())
    min_pages = max(_MIN_PAGES, _MIN_SHARE * filled)
    groups: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for page in pages:
        for candidate in _candidates(page, lines.get(page.number, [])):
            groups[candidate.side, _NUMBER.sub("#", candidate.line.text)].append(candidate)
    many = [found for group in groups.values() for found in (_counting(group, min_pages) or _equal(group, min_pages))]
    few = {found.line for group in groups.values() for found in _equal(group, _MIN_PAGES)}
    return Margins(set(_outermost(many)), few)


def _candidates(page: PageChars, lines: list[Line]) -> Iterator[_Candidate]:
    upright = [line for line in lines if line.upright]
    yield from _side(page, sorted(upright, key=lambda line: line.top), "top")
    yield from _side(page, sorted(upright, key=lambda line: -line.bottom), "bottom")


def _side(page: PageChars, inwards: list[Line], side: str) -> Iterator[_Candidate]:
    """The outermost line, and further ones in the margin up to the last gap that separates them from the body."""
    found: list[_Candidate] = []
    apart = 0
    for depth, (line, inner) in enumerate(zip(inwards[:_MAX_LINES], [*inwards[1:], None], strict=False)):
        reach = line.bottom if side == "top" else page.height - line.top
        in_margin = reach <= _MARGIN * page.height
        if depth and not in_margin:
            break
        found.append(_Candidate(page.number, line, side, depth, in_margin))
        if inner is None or _distance(line, inner, side) >= _MIN_DISTANCE * line.height:
            apart = len(found)
    yield from found[:apart]


def _distance(outer: Line, inner: Line, side: str) -> float:
    return inner.top - outer.bottom if side == "top" else outer.top - inner.bottom


def _counting(group: list[_Candidate], min_pages: float) -> list[_Candidate]:
    """The candidates that differ only by a number that counts the pages, if they are on enough pages.

    Their height may differ: the last page of a chapter, and printed web pages, end early.
    """
    families: dict[tuple[str, int], list[_Candidate]] = defaultdict(list)
    for found in group:
        text = found.line.text
        for number in _NUMBER.finditer(text):
            if len(number.group()) <= _MAX_DIGITS:
                rest = text[: number.start()] + "#" + text[number.end() :]
                families[rest, int(number.group()) - found.page].append(found)
    return _enough(families.values(), min_pages)


def _equal(group: list[_Candidate], min_pages: float) -> list[_Candidate]:
    """The candidates with equal words at the same height in the margin, if they are on enough pages."""
    families: dict[str, list[_Candidate]] = defaultdict(list)
    for found in group:
        if found.in_margin and not _NUMBER.fullmatch(found.line.text):
            families[found.line.text].append(found)
    clusters = [cluster for family in families.values() for cluster in _by_height(family)]
    return _enough(clusters, min_pages)


def _enough(families: Iterable[list[_Candidate]], min_pages: float) -> list[_Candidate]:
    best = max(families, key=len, default=[])
    return best if len({found.page for found in best}) >= min_pages else []


def _by_height(family: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """Groups of candidates at about the same height on their pages."""
    cluster: list[_Candidate] = []
    for candidate in sorted(family, key=lambda found: found.line.bottom):
        if cluster and candidate.line.bottom - cluster[0].line.bottom > _SAME_HEIGHT:
            yield cluster
            cluster = []
        cluster.append(candidate)
    if cluster:
        yield cluster


def _outermost(repeated: Iterable[_Candidate]) -> Iterator[Line]:
    """The lines with nothing but other such lines between them and the edge of the page."""
    by_side: dict[tuple[int, str], dict[int, Line]] = defaultdict(dict)
    for found in repeated:
        by_side[found.page, found.side][found.depth] = found.line
    for depths in by_side.values():
        depth = 0
        while depth in depths:
            yield depths[depth]
            depth += 1

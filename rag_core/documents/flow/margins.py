"""Finds what repeats in the margins of pages: page numbers, running headers and footers.

It is conservative. A line counts only when it is the outermost one and apart from the body, on most pages, and either
the same words stand at the same height in the margin each time, or a number in it counts the pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.flow.lines import Line, PageChars

_ZONE = 0.13  # of the page's height: margins reach this far in
_DEEPEST = 3  # lines of a header or footer
_SHARE = 0.4  # of the pages: left and right pages may have different headers
_FEWEST = 3  # pages
_SAME_PLACE = 4.0  # points up or down
_APART = 0.5  # of the line's height: the least distance from the body
_LONGEST_NUMBER = 6  # digits of a page number
_NUMBER = re.compile(r"\d+")


class _Candidate(NamedTuple):
    page: int
    line: Line
    side: str
    depth: int  # 0: the outermost line of the page
    in_margin: bool


class Margins(NamedTuple):
    """Lines that repeat: on most pages, which are kept out of the text, and on some, which sentences step over."""

    left_out: set[Line]
    stepped_over: set[Line]


def find_margins(pages: Sequence[PageChars], lines: dict[int, list[Line]]) -> Margins:
    """The page numbers, running headers and running footers of all pages together."""
    filled = sum(bool(found) for found in lines.values())
    least = max(_FEWEST, _SHARE * filled)
    groups: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for page in pages:
        for candidate in _candidates(page, lines.get(page.number, [])):
            groups[candidate.side, _NUMBER.sub("#", candidate.line.text)].append(candidate)
    usual = [found for group in groups.values() for found in (_counting(group, least) or _equal(group, least))]
    some = {found.line for group in groups.values() for found in _equal(group, _FEWEST)}
    return Margins(set(_outermost(usual)), some)


def _candidates(page: PageChars, lines: list[Line]) -> Iterator[_Candidate]:
    upright = [line for line in lines if line.upright]
    yield from _side(page, sorted(upright, key=lambda line: line.top), "top")
    yield from _side(page, sorted(upright, key=lambda line: -line.bottom), "bottom")


def _side(page: PageChars, inwards: list[Line], side: str) -> Iterator[_Candidate]:
    """The outermost line, and further ones in the margin up to the last gap that sets them apart from the body."""
    found: list[_Candidate] = []
    apart = 0
    for depth, (line, inner) in enumerate(zip(inwards[:_DEEPEST], [*inwards[1:], None], strict=False)):
        reach = line.bottom if side == "top" else page.height - line.top
        in_margin = reach <= _ZONE * page.height
        if depth and not in_margin:
            break
        found.append(_Candidate(page.number, line, side, depth, in_margin))
        if inner is None or _distance(line, inner, side) >= _APART * line.height:
            apart = len(found)
    yield from found[:apart]


def _distance(outer: Line, inner: Line, side: str) -> float:
    return inner.top - outer.bottom if side == "top" else outer.top - inner.bottom


def _counting(group: list[_Candidate], least: float) -> list[_Candidate]:
    """Those of the candidates that differ by a number alone that counts the pages, if they are enough.

    They may stand at any height: the last page of a chapter, and web pages that were printed, end early.
    """
    families: dict[tuple[str, int], list[_Candidate]] = defaultdict(list)
    for found in group:
        text = found.line.text
        for number in _NUMBER.finditer(text):
            if len(number.group()) <= _LONGEST_NUMBER:
                rest = text[: number.start()] + "#" + text[number.end() :]
                families[rest, int(number.group()) - found.page].append(found)
    return _enough(families.values(), least)


def _equal(group: list[_Candidate], least: float) -> list[_Candidate]:
    """Those of the candidates that are equal and stand at the same height in the margin, if they are enough."""
    families: dict[str, list[_Candidate]] = defaultdict(list)
    for found in group:
        if found.in_margin and not _NUMBER.fullmatch(found.line.text):
            families[found.line.text].append(found)
    clusters = [cluster for family in families.values() for cluster in _at_same_place(family)]
    return _enough(clusters, least)


def _enough(families: Iterable[list[_Candidate]], least: float) -> list[_Candidate]:
    best = max(families, key=len, default=[])
    return best if len({found.page for found in best}) >= least else []


def _at_same_place(family: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """Split candidates by their height on the page."""
    cluster: list[_Candidate] = []
    for candidate in sorted(family, key=lambda found: found.line.bottom):
        if cluster and candidate.line.bottom - cluster[0].line.bottom > _SAME_PLACE:
            yield cluster
            cluster = []
        cluster.append(candidate)
    if cluster:
        yield cluster


def _outermost(repeated: Iterable[_Candidate]) -> Iterator[Line]:
    """Only lines with nothing but other such lines between them and the edge of the page."""
    by_side: dict[tuple[int, str], dict[int, Line]] = defaultdict(dict)
    for found in repeated:
        by_side[found.page, found.side][found.depth] = found.line
    for depths in by_side.values():
        depth = 0
        while depth in depths:
            yield depths[depth]
            depth += 1

"""Finds what repeats in the margins of pages: page numbers, running headers and footers.

It is conservative: a line counts only when it is the outermost one, apart from the body, at the same height on most
pages, and when its numbers, if they change at all, count the pages.
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
_NUMBER = re.compile(r"\d+")


class _Candidate(NamedTuple):
    page: int
    line: Line
    side: str
    depth: int  # 0: the outermost line of the page


def margin_lines(pages: Sequence[PageChars], lines: dict[int, list[Line]]) -> set[Line]:
    """The lines, of all pages together, that are page numbers or running headers and footers."""
    filled = sum(bool(found) for found in lines.values())
    least = max(_FEWEST, _SHARE * filled)
    groups: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for page in pages:
        for candidate in _candidates(page, lines.get(page.number, [])):
            groups[candidate.side, _NUMBER.sub("#", candidate.line.text)].append(candidate)
    repeated = {
        found.line: found
        for group in groups.values()
        for cluster in _at_same_place(group)
        for found in _counting(cluster, least)
    }
    return set(_outermost(repeated.values()))


def _candidates(page: PageChars, lines: list[Line]) -> Iterator[_Candidate]:
    upright = [line for line in lines if line.upright]
    yield from _side(page, sorted(upright, key=lambda line: line.top), "top")
    yield from _side(page, sorted(upright, key=lambda line: -line.bottom), "bottom")


def _side(page: PageChars, inwards: list[Line], side: str) -> Iterator[_Candidate]:
    """The lines in one margin, from the edge inwards, up to the first gap that sets them apart from the body."""
    inside: list[tuple[Line, bool]] = []
    for line, inner in zip(inwards[:_DEEPEST], [*inwards[1:], None], strict=False):
        reach = line.bottom if side == "top" else page.height - line.top
        if reach > _ZONE * page.height:
            break
        inside.append((line, inner is None or _distance(line, inner, side) >= _APART * line.height))
    while inside and not inside[-1][1]:
        inside.pop()
    for depth, (line, _) in enumerate(inside):
        yield _Candidate(page.number, line, side, depth)


def _distance(outer: Line, inner: Line, side: str) -> float:
    return inner.top - outer.bottom if side == "top" else outer.top - inner.bottom


def _at_same_place(group: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """Split candidates with the same words by their height on the page."""
    cluster: list[_Candidate] = []
    for candidate in sorted(group, key=lambda found: found.line.bottom):
        if cluster and candidate.line.bottom - cluster[0].line.bottom > _SAME_PLACE:
            yield cluster
            cluster = []
        cluster.append(candidate)
    if cluster:
        yield cluster


def _counting(cluster: list[_Candidate], least: float) -> list[_Candidate]:
    """Those of the candidates that are equal or differ by the page's number alone, if they are enough."""
    families: dict[tuple[object, ...], list[_Candidate]] = defaultdict(list)
    for found in cluster:
        text = found.line.text
        if not _NUMBER.fullmatch(text):
            families[("equal", text)].append(found)
        for number in _NUMBER.finditer(text):
            if len(number.group()) <= 6:
                rest = text[: number.start()] + "#" + text[number.end() :]
                families[(rest, int(number.group()) - found.page)].append(found)
    best = max(families.values(), key=len, default=[])
    return best if len({found.page for found in best}) >= least else []


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

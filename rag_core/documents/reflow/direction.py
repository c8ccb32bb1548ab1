"""Puts the lines that have right-to-left words into the order in which they are read.

Files store such lines as they are seen, as they are read, or in pieces of both kinds; only where a character stands is
certain. So the characters are sorted from left to right, and then turned around by `visual_order`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import bidirectional

import numpy as np

from rag_core.documents.reflow.lines import Line
from rag_core.documents.reflow.scripts import is_left_to_right, is_right_to_left
from rag_core.documents.reflow.visual_order import mirrored, reading_order, with_brackets_as_seen

_ATTACHED = ("NSM", "BN")  # marks on letters, and characters without a width
_SPACE = 0.15  # of the line's height: a wider gap is a space
_NARROW_SPACE = 0.05  # of the line's height, where the file has a space too
_MANY, _MOST, _NEARLY_ALL = 1 / 3, 1 / 2, 2 / 3  # of the letters
_BLANK = -1  # in place of a character's index


@dataclass(eq=False)
class _Cluster:
    """A character with its marks: its indices in the line, and the number of the file's word that it belongs to."""

    indices: list[int]
    word: int


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page; those with right-to-left words are turned around, and their brackets with them."""
    page_share = _share("".join([line.text for line in lines]))
    if not page_share:
        return list(lines)
    return [
        _turned(line, page_share) if _turns(line) else replace(line, rtl=_is_neutral(line) and page_share > _MOST)
        for line in lines
    ]


def _share(text: str) -> float:
    """The share of right-to-left letters among those that have a direction."""
    counts = Counter(text)  # of each letter: a page has thousands, but few that differ
    right, left = (sum(n for char, n in counts.items() if kind(char)) for kind in (is_right_to_left, is_left_to_right))
    return right / (right + left) if right else 0.0


def _turns(line: Line) -> bool:
    return line.upright and any(map(is_right_to_left, line.text))


def _is_neutral(line: Line) -> bool:
    """Whether it has no letters, such as a number: it runs as its page does."""
    return line.upright and not any(map(is_left_to_right, line.text))


def _runs_left(seen: str, page_share: float) -> bool:
    """Whether a sentence, given as it is seen from left to right, runs to the left; its page decides where it may."""
    if page_share > _MOST or _share(seen) > _NEARLY_ALL:
        return True
    directed = [char for char in seen if is_right_to_left(char) or is_left_to_right(char)]
    at_ends = any(map(is_right_to_left, [*directed[:1], *directed[-1:]]))
    return page_share > _MANY and at_ends


def _turned(line: Line, page_share: float) -> Line:
    clusters = _with_spaces(line, sorted(_clusters(line), key=lambda cluster: _centre(line, cluster)))
    seen = "".join([line.text[cluster.indices[0]] if cluster else " " for cluster in clusters])
    seen = with_brackets_as_seen(seen)
    rtl = _runs_left(seen, page_share)
    text = ""
    index: list[int] = []
    for at, turned in reading_order(seen, rtl=rtl):
        cluster = clusters[at]
        index += cluster.indices if cluster else [_BLANK]
        text += mirrored(seen[at]) if turned else seen[at]
        text += "".join([line.text[i] for i in cluster.indices[1:]]) if cluster else ""
    boxes = line.boxes[np.array(index, dtype=np.intp)]
    boxes[np.array(index) == _BLANK] = np.nan
    return Line(line.page, text, boxes, rtl)


def _clusters(line: Line) -> list[_Cluster]:
    """The characters of the line but for spaces, each with the marks that stand on it."""
    letters: list[_Cluster] = []
    marks: list[_Cluster] = []
    word = 0
    for index, char in enumerate(line.text):
        if char.isspace():
            word += 1
        elif np.isnan(line.boxes[index, 0]) and letters:
            letters[-1].indices.append(index)  # it stands nowhere, so it stays beside its neighbour
        else:
            (marks if bidirectional(char) in _ATTACHED else letters).append(_Cluster([index], word))
    centres = np.array([_centre(line, letter) for letter in letters])
    for mark in marks:
        letters[int(np.argmin(np.abs(centres - _centre(line, mark))))].indices += mark.indices
    return letters


def _with_spaces(line: Line, seen: Sequence[_Cluster]) -> list[_Cluster | None]:
    """The characters from left to right, with None for the spaces between words."""
    spaced: list[_Cluster | None] = [*seen[:1]]
    for before, after in pairwise(seen):
        gap = float(line.boxes[after.indices[0], 0] - line.boxes[before.indices[0], 2])
        is_space = gap > (_SPACE if before.word == after.word else _NARROW_SPACE) * line.height
        spaced += [None, after] if is_space else [after]
    return spaced


def _centre(line: Line, cluster: _Cluster) -> float:
    left, _, right, _ = line.boxes[cluster.indices[0]].tolist()
    return (left + right) / 2 if left == left else line.left

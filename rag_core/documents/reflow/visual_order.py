"""From the order in which characters are seen, left to right, to the order in which they are read.

It undoes the bidirectional algorithm of Unicode (UAX 9): right-to-left words are turned around, numbers and Latin words
stay as they are. What is seen does not always tell what was written ("2024 ABC" or "ABC 2024"); a number after a Latin
word is then taken to belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import bidirectional

from rag_core.documents.reflow.scripts import RIGHT_TO_LEFT

_PAIRS = ("()", "[]", "{}", "\u00ab\u00bb", "\u2039\u203a")
_MIRRORED = {pair[side]: pair[1 - side] for pair in _PAIRS for side in (0, 1)}
_OPENING = {pair[0] for pair in _PAIRS}
_NUMBER = ("EN", "AN")


class Place(NamedTuple):
    """A character in the order of reading: where it stands in the order of seeing, and whether it runs to the left."""

    at: int
    turned: bool


def reading_order(seen: Sequence[str], *, rtl: bool) -> list[Place]:
    """Characters that stand from left to right, in the order in which they are read.

    `rtl` says in which direction the sentence runs.
    """
    classes = [bidirectional(char) for char in seen]
    if rtl:
        return _turned(seen, classes, 0, len(seen))
    order: list[Place] = []
    start = 0
    while start < len(seen):
        end = _right_to_left_end(classes, start)
        order += _turned(seen, classes, start, end) if end > start else [Place(start, False)]
        start = max(end, start + 1)
    return order


def _right_to_left_end(classes: Sequence[str], start: int) -> int:
    """The end of the right-to-left words that begin at `start`, with what stands between them; `start` if none do."""
    end = start
    if classes[start] in RIGHT_TO_LEFT:
        for index in range(start, len(classes)):
            if classes[index] == "L":
                break
            end = index + 1 if classes[index] in RIGHT_TO_LEFT else end
    return end


def _turned(seen: Sequence[str], classes: Sequence[str], start: int, end: int) -> list[Place]:
    """What stands from `start` to `end`, read from right to left but for numbers and Latin words."""
    runs: list[range] = []
    index = start
    while index < end:
        stop = _left_to_right_end(seen, classes, index, end)
        runs.append(range(index, stop))
        index = stop
    upright = ("L", *_NUMBER)
    return [Place(i, len(run) == 1 and classes[i] not in upright) for run in reversed(runs) for i in run]


def _left_to_right_end(seen: Sequence[str], classes: Sequence[str], start: int, end: int) -> int:
    """The end of the Latin words or the number that begin at `start`; else of that one character."""
    european = _follows_hebrew(classes, start)
    if classes[start] == "ET" and european:
        number = next((i for i in range(start, end) if classes[i] != "ET"), end)
        return _number_end(classes, number, end, european) if number < end and classes[number] == "EN" else start + 1
    stop = start + 1
    if classes[start] in _NUMBER:
        stop = _number_end(classes, start, end, european)
        if stop == end or classes[stop] != "L":
            return stop
    elif classes[start] != "L":
        return stop
    for index in range(stop, end):
        if classes[index] in RIGHT_TO_LEFT:
            break
        signed = classes[index] == "ET" and index == stop and classes[index - 1] in (*_NUMBER, "ET")
        stop = index + 1 if signed or classes[index] in ("L", *_NUMBER) else stop
    return _with_closing_brackets(seen, start, stop, end)


def _follows_hebrew(classes: Sequence[str], index: int) -> bool:
    """Whether the letter read before a number is none of Arabic, which takes signs apart from their numbers."""
    return next((found for found in classes[index:] if found in ("L", *RIGHT_TO_LEFT)), "R") != "AL"


def _number_end(classes: Sequence[str], start: int, end: int, european: bool) -> int:
    """The end of a number with its separators, and with its signs where it is a European one ("1,234.50%")."""
    joining = ("CS", "ES") if european else ("CS",)
    stop = start + 1
    while stop < end:
        if classes[stop] in _NUMBER:
            stop += 1
        elif classes[stop] in joining and stop + 1 < end and classes[stop + 1] in _NUMBER:
            stop += 2
        else:
            break
    while european and stop < end and classes[stop] == "ET":
        stop += 1
    return stop


def _with_closing_brackets(seen: Sequence[str], start: int, stop: int, end: int) -> int:
    """Where Latin words end if the bracket that closes one opened within them belongs to them too."""
    opened = [char for char in seen[start:stop] if char in _MIRRORED]
    while stop < end and seen[stop] in _MIRRORED and seen[stop] not in _OPENING:
        if opened.count(_MIRRORED[seen[stop]]) <= opened.count(seen[stop]):
            break
        opened.append(seen[stop])
        stop += 1
    return stop


def mirrored(char: str) -> str:
    """The bracket that faces the other way; any other character itself."""
    return _MIRRORED.get(char, char)


def with_brackets_as_seen(seen: str) -> str:
    """The characters of a line from left to right, with every bracket as its shape is.

    Some files name a bracket by its shape, others by its sense, and pdfium mirrors some of them. A bracket faces the
    side on which a word touches it; where both do, it closes what is open.
    """
    chars = list(seen)
    opened = 0
    for index, char in enumerate(chars):
        if char not in _MIRRORED:
            continue
        before, after = seen[max(index - 1, 0) : index].strip(), seen[index + 1 : index + 2].strip()
        opens = bool(after) if bool(before) != bool(after) else (not opened if before else char in _OPENING)
        chars[index] = char if opens == (char in _OPENING) else _MIRRORED[char]
        opened = opened + 1 if opens else max(opened - 1, 0)
    return "".join(chars)

"""Words that belong together in a line, and whether they are figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rag_core.documents.reflow.lines import Floats, Line

_WORD = re.compile(r"\S+")
_JOIN = 0.6  # of the line's height: words closer than this are one phrase, unless both are figures
_WORD_SPACE = 0.35  # of the line's height
_RANGE = 0.45  # of the line's height, between a number and the dash of a range
_SIGNS = "$\u20ac\u00a3\u00a5"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_FIGURE = re.compile(
    rf"[(\[]?[{_DASHES}+]?[{_SIGNS}]?[(\[]?[{_DASHES}+]?\d[\d,.'\u2019]*(?:e[{_DASHES}+\u207b]?[\d\u00b2\u00b3\u00b9\u2070-\u2079]+)?(?:[%x\u00d7]|pp|bps)?[)\]]?%?[*\u2020\u2021\u2070-\u2079\u00b9\u00b2\u00b3]*"
    rf"|[{_SIGNS}]?[{_DASHES}]+[)%]*|N/?[AM]|n/?[am]|\*+"
)
_YEAR = re.compile(r"(?:19|20)\d\d[EFA]?")
_BEFORE = re.compile(rf"[(]?[{_SIGNS}][(]?|US\$|[(]")  # belongs to the figure after it
_AFTER = re.compile(r"[)%]+|pp|bps|\)%")  # belongs to the figure before it
_MIN_OVERLAP = 0.5  # of the smaller height: words of one row


@dataclass(eq=False)
class Phrase:
    """Words with their boxes; white space between them has NaN. Places are in points on the page."""

    text: str
    boxes: Floats

    def __post_init__(self) -> None:
        low: list[float] = np.fmin.reduce(self.boxes[:, :2], axis=0).tolist()
        high: list[float] = np.fmax.reduce(self.boxes[:, 2:], axis=0).tolist()
        (self.left, self.top), (self.right, self.bottom) = low, high

    @property
    def height(self) -> float:
        """The height of its letters."""
        return max(self.bottom - self.top, 0.1)

    @property
    def centre(self) -> float:
        """The middle between its left and its right end."""
        return (self.left + self.right) / 2

    def words(self) -> list[Phrase]:
        """Its words."""
        found, start = [], 0
        for word in self.text.split(" "):
            found.append(Phrase(word, self.boxes[start : start + len(word)]))
            start += len(word) + 1
        return found

    @property
    def is_figure(self) -> bool:
        """Whether it is a number, with its signs, or what stands in place of one; the day of a date has a comma."""
        return self.text[-1] != "," and bool(_FIGURE.fullmatch(self.text.replace(" ", "")))

    @property
    def is_sign(self) -> bool:
        """Whether it is a sign that belongs to a figure."""
        return bool(_BEFORE.fullmatch(self.text) or _AFTER.fullmatch(self.text))

    @property
    def is_year(self) -> bool:
        """Whether it is a number that may be a year."""
        return bool(_YEAR.fullmatch(self.text))


Cells = list[Phrase | None]  # of a row: one for each column


def words_of(line: Line) -> list[Phrase]:
    """The words of a line that stand somewhere."""
    found = [(match[0], line.boxes[match.start() : match.end()]) for match in _WORD.finditer(line.text)]
    return [Phrase(text, boxes) for text, boxes in found if not np.isnan(boxes[:, 0]).all()]


def joined(parts: Sequence[Phrase]) -> Phrase:
    """One phrase of several, with spaces between them, but for the parentheses of a figure that are set apart."""
    if len(parts) == 1:
        return parts[0]
    blank = np.full((1, 4), np.nan, dtype=np.float32)
    text, boxes = parts[0].text, [parts[0].boxes]
    for before, part in pairwise(parts):
        closes = part.text[0] == ")" and before.text[-1].isdigit()
        opens = before.text[-1] == "(" and part.text[0].isdigit()
        text += part.text if closes or opens else f" {part.text}"
        boxes += [part.boxes] if closes or opens else [blank, part.boxes]
    return Phrase(text, np.concatenate(boxes))


def glued(parts: Sequence[Phrase]) -> Phrase:
    """One phrase of several, without spaces between them."""
    return Phrase("".join(part.text for part in parts), np.concatenate([part.boxes for part in parts]))


def rows_of(words: Sequence[Phrase]) -> list[list[Phrase]]:
    """The words by rows, from the top down, each row from left to right."""
    rows: list[list[Phrase]] = []
    for word in sorted(words, key=lambda word: (word.top + word.bottom) / 2):
        if rows and _is_in_row(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.left) for row in rows]


def _is_in_row(row: Sequence[Phrase], word: Phrase) -> bool:
    tallest = max(row, key=lambda other: other.height)
    overlap = min(tallest.bottom, word.bottom) - max(tallest.top, word.top)
    return overlap >= _MIN_OVERLAP * min(tallest.height, word.height)


def phrases_of(words: Sequence[Phrase]) -> list[Phrase]:
    """The words of a row as phrases: a figure stands alone, with the signs before and after it."""
    return [joined(group) for group in _groups(list(words))]


def close_phrases(words: Sequence[Phrase]) -> list[list[Phrase]]:
    """The words of a row in groups that are no further apart than the words of a sentence."""
    groups: list[list[Phrase]] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        if last is not None and word.left - last.right <= _WORD_SPACE * max(last.height, word.height):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _groups(words: Sequence[Phrase]) -> Iterator[list[Phrase]]:
    group: list[Phrase] = []
    for before, word in pairwise([None, *words]):
        assert word is not None
        if before is not None and group and not _belongs(group, before, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _belongs(group: Sequence[Phrase], before: Phrase, word: Phrase) -> bool:
    gap = (word.left - before.right) / max(before.height, word.height)
    if _BEFORE.fullmatch(before.text) and word.is_figure:
        return True
    if _AFTER.fullmatch(word.text) and before.is_figure:
        return True
    if _BEFORE.fullmatch(word.text) and before.is_figure and group[0].text[0] in _SIGNS:
        return False  # a figure has one sign: this is that of the next
    if len(group) == 1 and _BEFORE.fullmatch(before.text) and gap > _JOIN:
        return False
    in_date = before.text.endswith(",") and bool(_YEAR.match(word.text)) and not word.text[4:].strip(").,;:")
    in_range = gap <= _RANGE and (before.text in _DASHES or word.text in _DASHES)
    if word.is_figure and not before.is_figure:
        return gap <= _RANGE  # "Note 13", but not a label and the figure of its row
    return gap <= _JOIN and (in_date or in_range or not (before.is_figure and word.is_figure))

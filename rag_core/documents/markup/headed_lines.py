"""The headings of plain text: lines that stand alone and are marked as WikiText has them, or numbered in sequence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag_core.documents.blocks import Block
from rag_core.documents.markup.numbering import Numbering, numbering_of
from rag_core.geometry import Span

# " = Title = " and " = = Section = = " of the WikiText data sets; "== Section ==" of MediaWiki.
_WIKI = re.compile(r"^[ \t]*(=(?: =){1,5}|={1,6})[ \t]*([^\s=](?:[^\r\n]*[^\s=])?)[ \t]*\1[ \t]*(?=\r?$)", re.MULTILINE)
_ALONE = re.compile(r"(?:(?<=\n\n)|(?<=\n\r\n)|(?<=\r\r)|\A)[^\S\r\n]*(\S[^\r\n]{0,119})(?=\r?\n\s*?\r?\n|\r\r)")
_ENDS = re.compile(r"[.;,:]\s*\Z|\.{3,}|(?:\. ){3,}")
_MIN_NUMBERED = 3
_MIN_BODY = 40  # characters after a heading and before the next: items of a list have fewer


class _Line(NamedTuple):
    span: Span
    numbering: Numbering


def wiki_headings(text: str) -> list[Block]:
    """The headings between equal signs; the span of each is its words."""
    return [Block(Span(*match.span(2)), "heading", match[1].count("=")) for match in _WIKI.finditer(text)]


def numbered_headings(text: str) -> list[Block]:
    """The lines that stand alone and count the sections of a text from the first on; none where they do not count.

    A sequence has at least three numbers, each of which may follow the one before ("2" or "1.1" after "1"), and text
    between them.
    """
    lines = _in_sequence(list(_candidates(text)))
    if len(lines) < _MIN_NUMBERED or not _have_bodies(text, lines):
        return []
    orders = sorted({order for line in lines if (order := line.numbering.named_order) is not None})
    return [Block(line.span, "heading", _level(line.numbering, orders)) for line in lines]


def _candidates(text: str) -> Iterator[_Line]:
    for match in _ALONE.finditer(text):
        words = match[1].rstrip()
        numbering = numbering_of(words)
        if numbering is None or numbering.system in ("letter", "roman") or _ENDS.search(words):
            continue
        first = words[numbering.end : numbering.end + 1]
        if (first or numbering.named_order is not None) and not first.islower() and not first.isdigit():
            yield _Line(Span(match.start(1), match.start(1) + len(words)), numbering)


def _in_sequence(lines: Sequence[_Line]) -> list[_Line]:
    """The longest run of lines that count, from the first line that may begin one."""
    kept: list[_Line] = []
    last: dict[str, tuple[int, ...]] = {}
    for line in lines:
        numbers = _numbers(line.numbering)
        if numbers is not None and _follows(last.get(line.numbering.system), numbers):
            kept.append(line)
            last[line.numbering.system] = numbers
    return kept


def _numbers(numbering: Numbering) -> tuple[int, ...] | None:
    parts = [int(part) if part.isdigit() else _roman(part) for part in numbering.parts]
    return None if None in parts else tuple(part for part in parts if part is not None)


def _roman(word: str) -> int | None:
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    numbers = [values.get(char, 0) for char in word]
    if not all(numbers):
        return None
    pairs = zip(numbers, [*numbers[1:], 0], strict=True)
    return sum(-number if number < following else number for number, following in pairs)


def _follows(before: tuple[int, ...] | None, numbers: tuple[int, ...]) -> bool:
    """Whether a number may follow another in the same text: the next one at any depth, or the first one deeper."""
    if before is None:
        return len(numbers) == 1 and numbers[0] <= 1
    if len(numbers) > len(before):
        return len(numbers) == len(before) + 1 and numbers[:-1] == before and numbers[-1] <= 1
    shared = len(numbers) - 1
    return numbers[:shared] == before[:shared] and numbers[shared] == before[shared] + 1


def _have_bodies(text: str, lines: Sequence[_Line]) -> bool:
    """Whether most of the sections that are not divided further have text."""
    followed = zip(lines, [*lines[1:], None], strict=True)
    lengths = [
        len(text[line.span.end : following.span.start if following else len(text)].strip())
        for line, following in followed
        if following is None or following.numbering.depth <= line.numbering.depth
    ]
    return sum(length >= _MIN_BODY for length in lengths) * 2 > len(lengths)


def _level(numbering: Numbering, orders: Sequence[int]) -> int:
    """Names come in their order from the outermost in, and numbers without a name below them."""
    if numbering.named_order is not None:
        return orders.index(numbering.named_order) + numbering.depth
    return len(orders) + numbering.depth

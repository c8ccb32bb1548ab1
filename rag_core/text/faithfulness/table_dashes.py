"""Dashes in the cells of Markdown tables: a figure that changed places with one stands in another column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.text.faithfulness.whole_words import Difference
from rag_core.text.faithfulness.words import Word, letters_in, words_in

_ROW = re.compile(r"^[^|\n]*\|.*$", re.MULTILINE)
_DASH = re.compile(r"(?<![^\s|*])[-\u2010-\u2015\u2212]{1,2}(?![^\s|*])")
_MAX_WIDER = 3  # times the length of the row


class _Token(NamedTuple):
    text: str
    span: Span


def moved_dashes(words: Sequence[Word], read: str, layer: str) -> Iterator[Difference]:
    """What stands between the first and the last cell that differs, in rows of the same words and as many dashes."""
    for match in _ROW.finditer(read):
        row = Span(*match.span())
        places = [word.layer for word in words if word.layer and row.start <= word.span.start < row.end]
        if not places or not _DASH.search(read, *row):
            continue
        start, end = min(one.start for one in places), max(one.end for one in places)
        if end - start <= _MAX_WIDER * (row.end - row.start):
            yield from _difference(_tokens(read, row), _tokens(layer, Span(start, _end_of_line(layer, end))))


def _difference(here: Sequence[_Token], there: Sequence[_Token]) -> Iterator[Difference]:
    ours, theirs = [one.text for one in here], [one.text for one in there]
    if len(ours) != len(theirs) or [one for one in ours if one] != [one for one in theirs if one]:
        return
    other = [at for at, (one, beside) in enumerate(zip(ours, theirs, strict=True)) if one != beside]
    if other:
        first, last = other[0], other[-1]
        yield Difference(
            Span(here[first].span.start, here[last].span.end), Span(there[first].span.start, there[last].span.end)
        )


def _tokens(text: str, within: Span) -> list[_Token]:
    """The words and the dashes that stand alone, of which the text is empty."""
    part = text[slice(*within)]
    found = [_Token(letters_in(part[slice(*span)]), span) for span in words_in(part)]
    found += [_Token("", Span(*match.span())) for match in _DASH.finditer(part)]
    moved = (_Token(one.text, Span(one.span.start + within.start, one.span.end + within.start)) for one in found)
    return sorted(moved, key=lambda one: one.span)


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end

"""Cells of a Markdown table that repeat what the page has once, above several columns or before several rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag_core.geometry import Span
from rag_core.text.faithfulness.whole_words import Difference
from rag_core.text.faithfulness.words import Word, letters_in, words_in

_HEADS = re.compile(r"^(?P<heads>[^\n]*\|[^\n]*)\n[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t:-]*$", re.MULTILINE)
_CELL = re.compile(r"[^|\n]+")
_MAX_WIDER = 3  # times the length of the heads: what lies further apart in the layer are no heads of one table


def without_repeated_cells(
    differences: Sequence[Difference], words: Sequence[Word], read: str, layer: str
) -> list[Difference]:
    """The differences without cells that repeat the cell above, and without heads that the layer has in its own way.

    The layer has the heads of a table line by line, and one that spans columns once. All of its words must be in the
    row of heads, each line in its order, and what the row has more often must have letters in its cell.
    """
    kept = [one for one in differences if not _repeats_above(one, read, layer)]
    for match in _HEADS.finditer(read):
        heads = Span(*match.span("heads"))
        inside = [one for one in kept if heads.start <= one.read.start and one.read.end <= heads.end]
        if inside and _are_same_heads(heads, inside, words, read, layer):
            kept = [one for one in kept if one not in inside]
    return kept


def _repeats_above(one: Difference, read: str, layer: str) -> bool:
    """Whether an added text is a cell whose words, and those of all cells before it, are in the row above too."""
    if layer[slice(*one.layer)].strip():
        return False
    rows = read[: one.read.start].rsplit("\n", 2)[-2:]
    if len(rows) < 2 or "|" not in rows[1]:
        return False
    row = rows[1] + read[one.read.start :].partition("\n")[0]
    at = len(_cells(rows[1] + "\0")) - 1
    cells, above = _cells(row), _cells(rows[0])
    added = letters_in(read[slice(*one.read)])
    is_cell = at < len(cells) and cells[at] == added and any(map(str.isalpha, added))
    return is_cell and cells[: at + 1] == above[: at + 1]


def _cells(row: str) -> list[str]:
    return [letters_in(cell) for cell in row.strip().removeprefix("|").split("|")]


def _are_same_heads(heads: Span, inside: Sequence[Difference], words: Sequence[Word], read: str, layer: str) -> bool:
    row = _words(read[slice(*heads)])
    places = [one.layer for one in inside if one.layer.end > one.layer.start]
    places += [word.layer for word in words if word.layer and heads.start <= word.span.start < heads.end]
    start, end = min((one.start for one in places), default=0), max((one.end for one in places), default=0)
    if end - start > _MAX_WIDER * (heads.end - heads.start):
        return False
    lines = [_words(line) for line in layer[start:end].splitlines()]
    there, here = Counter(word for line in lines for word in line), Counter(row)
    if there - here or here.keys() - there.keys() or not all(_is_part(line, row) for line in lines):
        return False
    return not _bare_numbers(read, heads, here - there)


def _bare_numbers(read: str, heads: Span, repeated: Counter[str]) -> bool:
    """Whether a word that is repeated makes a cell without letters, such as a year."""
    cells = [_words(match.group()) for match in _CELL.finditer(read, *heads)]
    return any(
        word in cell and not any(any(map(str.isalpha, one)) for one in cell) for word in repeated for cell in cells
    )


def _is_part(line: Sequence[str], row: Sequence[str]) -> bool:
    """Whether the words of the line are in the row, in this order."""
    rest: Iterator[str] = iter(row)
    return all(word in rest for word in line)


def _words(text: str) -> list[str]:
    return [letters_in(text[slice(*span)]) for span in words_in(text)]

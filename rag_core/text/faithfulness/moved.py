"""Blocks that only stand elsewhere: what one place adds, another one misses."""

from __future__ import annotations

from collections.abc import Iterable

from rag_core.geometry import Span
from rag_core.text.faithfulness.numerals import figures_in
from rag_core.text.faithfulness.whole_words import Difference
from rag_core.text.faithfulness.words import letters_in

_MIN_LETTERS = 6  # of a block that is no line of its own
_NEARBY = 100  # characters: words that changed places within a sentence are closer


def without_moved(differences: Iterable[Difference], read: str, layer: str) -> list[Difference]:
    """The differences without pairs of an added and a missing one that are one block.

    Of a block that moved, one of the two is a line or several of its text, or they are far from each other. Words that
    changed places nearby are no such block.
    """
    kept = list(differences)
    missing: dict[tuple[str, ...], list[Difference]] = {}
    for one in kept:
        if not read[slice(*one.read)].strip():
            missing.setdefault(_content(layer[slice(*one.layer)]), []).append(one)
    for one in list(kept):
        letters, *_ = content = _content(read[slice(*one.read)])
        found = missing.get(content) if not layer[slice(*one.layer)].strip() else None
        if found and (
            _is_whole(read, one.read)
            or _is_whole(layer, found[0].layer)
            or (len(letters) >= _MIN_LETTERS and _are_apart(read, one.read, found[0].read))
        ):
            kept.remove(one)
            kept.remove(found.pop(0))
    return kept


def _content(text: str) -> tuple[str, ...]:
    """The letters of a text and its numbers: "3.3" and "3,3" have the same letters."""
    return letters_in(text), *figures_in(text)


def _are_apart(read: str, one: Span, other: Span) -> bool:
    first, second = sorted((one, other))
    return second.start - first.end > _NEARBY or "\n\n" in read[first.end : second.start]


def _is_whole(text: str, span: Span) -> bool:
    """Whether no letter precedes or follows the span on its first and last line."""
    before = text[: span.start].rpartition("\n")[2]
    after = text[span.end :].partition("\n")[0]
    return not letters_in(before + after)

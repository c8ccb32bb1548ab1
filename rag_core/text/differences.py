"""What differs between two texts of one page: nothing, the form alone, or what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rag_core.geometry import Span
from rag_core.text.alignment import Alignment, align
from rag_core.text.faithfulness.numerals import is_same_number
from rag_core.text.faithfulness.placing import placing_of

Likeness = Literal["equal", "form", "different"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a text that is alike from end to end.

    Of the form are hyphens, glued or split words, case, ligatures, quotes and Markdown marks. What is different has no
    counterpart in the other text.
    """

    span: Span
    likeness: Likeness


def text_differences(a: str, b: str) -> tuple[list[Run], list[Run]]:
    """Both texts in runs, in order and without gaps."""
    alignment = align(a, b)
    return _runs(a, b, alignment), _runs(b, a, alignment.reversed)


def _runs(here: str, there: str, alignment: Alignment) -> list[Run]:
    likeness = [_unpaired(char) for char in here]
    for at, other in alignment.pairs.tolist():
        is_equal = here[at] == there[other] or (here[at] + there[other]).isspace()
        likeness[at] = "equal" if is_equal else "form"
    for word in placing_of(here, there, alignment).words:
        if word.layer is None or not is_same_number(word.span, word.layer, here, there):
            likeness[slice(*word.span)] = ["different"] * (word.span.end - word.span.start)
    _join_blanks(here, likeness)
    return list(_grouped(likeness))


def _unpaired(char: str) -> Likeness:
    return "different" if char.isalnum() else "form"


def _join_blanks(text: str, likeness: list[Likeness]) -> None:
    """Blanks and marks between words that differ belong to what differs."""
    at = 0
    for is_word, group in groupby(text, key=str.isalnum):
        end = at + len(list(group))
        if not is_word and at > 0 and end < len(text) and likeness[at - 1] == likeness[end] == "different":
            likeness[at:end] = ["different"] * (end - at)
        at = end


def _grouped(likeness: list[Likeness]) -> Iterator[Run]:
    at = 0
    for kind, group in groupby(likeness):
        end = at + len(list(group))
        yield Run(Span(at, end), kind)
        at = end

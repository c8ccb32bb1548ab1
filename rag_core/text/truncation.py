"""The beginning of a text that fits into so many tokens."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.text.sentences import sentences


def truncate_to_tokens(
    document: Document, span: Span, most_tokens: int, count: Callable[[str], int], *, at_any_word: bool
) -> Span | None:
    """The longest head of the span within the tokens that ends where a sentence ends; None where there is none.

    Only `at_any_word`, and where not even the first sentence fits, a word's end serves, or a place within the first
    word.
    """
    text, start = document.text, span.start
    places: list[Sequence[int]] = [[sentence.end for sentence in sentences(document, span)]]
    if at_any_word:
        places += [_word_ends(text, span), range(start + 1, span.end)]
    for ends in places:
        if fitting := _fitting(text, start, ends, most_tokens, count):
            return Span(start, ends[fitting - 1])
    return None


def _fitting(text: str, start: int, ends: Sequence[int], most_tokens: int, count: Callable[[str], int]) -> int:
    return bisect_right(ends, most_tokens, key=lambda end: count(text[start:end]))


def _word_ends(text: str, span: Span) -> list[int]:
    return [i for i in range(span.start + 1, span.end) if text[i].isspace() and not text[i - 1].isspace()]

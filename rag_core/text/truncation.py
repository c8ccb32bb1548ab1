"""Truncates a text to a number of tokens, at the end of a sentence where possible."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from rag_core.geometry import Span
from rag_core.text.sentences import sentences


def truncate_to_tokens(
    text: str, span: Span, max_tokens: int, count: Callable[[str], int], *, line_breaks_end: bool, at_any_word: bool
) -> Span | None:
    """The longest prefix of the span that ends with a sentence and has at most `max_tokens`; None if there is none.

    `count` counts the tokens of a text. `line_breaks_end` says whether line breaks end sentences. With `at_any_word`,
    the prefix may end at a word, or within the first word, if not even the first sentence fits.
    """
    places: list[Sequence[int]] = [[found.end for found in sentences(text, span, line_breaks_end=line_breaks_end)]]
    if at_any_word:
        places += [_word_ends(text, span), range(span.start + 1, span.end)]
    for ends in places:
        if fitting := bisect_right(ends, max_tokens, key=lambda end: count(text[span.start : end])):
            return Span(span.start, ends[fitting - 1])
    return None


def _word_ends(text: str, span: Span) -> list[int]:
    return [i for i in range(span.start + 1, span.end) if text[i].isspace() and not text[i - 1].isspace()]

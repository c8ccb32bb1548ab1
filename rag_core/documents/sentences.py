"""The sentences of a document, and the beginning of a span that fits into a number of tokens."""

from __future__ import annotations

from collections.abc import Callable

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.text import sentences as of_text
from rag_core.text import truncation


def sentences(document: Document, span: Span) -> list[Span]:
    """The sentences of the span, in order, without white space at their ends; cut off where the span ends."""
    return of_text.sentences(document.text, span, line_breaks_end=_line_breaks_end(document))


def truncate_to_tokens(
    document: Document, span: Span, max_tokens: int, count: Callable[[str], int], *, at_any_word: bool
) -> Span | None:
    """The longest beginning of the span within `max_tokens`; see `rag_core.text.truncation` for where it may end."""
    return truncation.truncate_to_tokens(
        document.text, span, max_tokens, count, line_breaks_end=_line_breaks_end(document), at_any_word=at_any_word
    )


def _line_breaks_end(document: Document) -> bool:
    """Whether every line break ends a sentence: a parser that knows the page has joined the other lines."""
    return document.char_boxes is not None

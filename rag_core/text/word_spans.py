"""Where the words of a text stand, as a reader sees them: between blanks, and character by character in Chinese."""

from __future__ import annotations

import re

from rag_core.geometry import Span
from rag_core.text.word_pieces import UNSPACED_LETTERS

_WORD = re.compile(rf"[{UNSPACED_LETTERS}]|[^\s{UNSPACED_LETTERS}]+")


def word_spans(text: str, span: Span) -> list[Span]:
    """The words of `text[span]` with the marks beside them, in order; all that is not white space is in one of them."""
    return [Span(*match.span()) for match in _WORD.finditer(text, span.start, span.end)]

"""The sentences and table rows of the hits that can be quoted as an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.stages.results import Hit

_MIN_WORDS = 4
_MIN_CHARACTERS = 8
_MAX_HEADING_WORDS = 10
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", '"', "”", ")", "。", "！", "？")  # noqa: RUF001
_SECTION_NUMBER = re.compile(r"^(?:[A-Z]?\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")
# A label and at least two figures, or one with a unit or with separators: not "Note 2" or "Chapter 3".
_FIGURE = r"[$€£(]*\s?-?\d[\d.,]*\s?[)%]*"
_SHORT_ROW = re.compile(
    rf"\|?\s*[^\W\d_][^\d$€£]*?[\s|(]+(?:{_FIGURE}[\s|]+(?:{_FIGURE}|[—–-])(?:[\s|]+(?:{_FIGURE}|[—–-]))*"  # noqa: RUF001
    r"|[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?%|\d{1,3}(?:[.,]\d+)+)\s*\|?"
)


class QuotableSentence(NamedTuple):
    """A sentence of a hit; `text` has single spaces for white space, and `span` is its position in the document."""

    hit: Hit
    document: Document
    span: Span
    text: str

    @property
    def quoted(self) -> str:
        """The text of the sentence exactly as in the document."""
        return self.document.text[self.span.start : self.span.end]


def quotable_sentences(hits: Sequence[Hit], documents: Sequence[Document]) -> list[QuotableSentence]:
    """The informative sentences of the hits, by rank; a sentence in two hits is listed for the better one only."""
    by_id = {document.id: document for document in documents}
    found: dict[tuple[str, Span], QuotableSentence] = {}
    for hit in hits:
        document = by_id[hit.document]
        for span in sentences(document, Span(hit.start, hit.end)):
            text = re.sub(r"\s+", " ", document.text[span.start : span.end])
            if _says_something(text):
                found.setdefault((hit.document, span), QuotableSentence(hit, document, span, text))
    return list(found.values())


def _says_something(text: str) -> bool:
    """Whether a text can answer a question: a sentence or a table row, not a heading ("4.3 Per chunk or late")."""
    if not text.isascii() and len(text.split()) < _MIN_WORDS:
        return len(text) >= _MIN_CHARACTERS or is_short_row(text)  # Chinese and Japanese write no spaces
    if text.endswith(_SENTENCE_ENDS):
        return len(text.split()) >= _MIN_WORDS or is_short_row(text)
    unnumbered = _SECTION_NUMBER.sub("", text)
    return (
        len(text.split()) >= _MAX_HEADING_WORDS
        or (len(text.split()) >= _MIN_WORDS and any(c.isdigit() for c in unnumbered))
        or is_short_row(text)
    )


def is_short_row(text: str) -> bool:
    """Whether a text is a label with figures, such as "Inventories 5,433 6,580", not "Chapter 3"."""
    return bool(_SHORT_ROW.fullmatch(text))

"""What is indexed: entries, each standing for a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document
from rag_core.geometry import Span

_BETWEEN_QUOTES = " "
_AFTER_CONTEXT = "\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an index; its position in the index is its identity.

    `kind` is what it is called on screen, for example "chunk", "child", "summary", "question" or "key phrase".
    `chunk` is the span that it stands for. `windows` is one span per level of the search, usually one; each is a
    stretch of the document. `context` are spans, such as headings, that are indexed before the text but not shown.
    An entry that is no stretch of the document has no window: its text is that of the `quotes`, joined by spaces, or
    else `written`. `document` is the document's position among those that are searched.
    """

    kind: str
    chunk: Span
    windows: tuple[Span, ...] = ()
    context: tuple[Span, ...] = ()
    quotes: tuple[Span, ...] = ()
    written: str = ""
    document: int = 0

    @property
    def span(self) -> Span | None:
        """The stretch of the document that it shows: its first window; None where it has none."""
        return self.windows[0] if self.windows else None

    def text(self, document: Document) -> str:
        """What it shows, read from the document; without the context."""
        if not self.windows and not self.quotes:
            return self.written
        return _BETWEEN_QUOTES.join(document.text[start:end] for start, end in self.windows[:1] or self.quotes)

    def read_spans(self, level: int = 0) -> tuple[Span, ...]:
        """The stretches of the document that stand for it at a level, in reading order; none for a written text."""
        return (*self.context, *(self.windows[level : level + 1] or self.quotes))

    def indexed_text(self, document: Document, level: int = 0) -> str:
        """The text that is indexed at a level: the context, and the window or what else it shows."""
        own = document.text[slice(*self.windows[level])] if self.windows else self.text(document)
        return _AFTER_CONTEXT.join([*(document.text[start:end] for start, end in self.context), own])


def level_count(entries: Sequence[Entry]) -> int:
    """How many levels the entries have, at least one; raises ValueError where windows of entries differ in number."""
    counts = {len(entry.windows) for entry in entries if entry.windows}
    if len(counts) > 1:
        raise ValueError(f"Entries of one index have {sorted(counts)} windows; each must have as many.")
    return max(counts, default=1)

"""Index entries; each refers to a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document
from rag_core.geometry import Span

_BETWEEN_QUOTES = " "
_AFTER_CONTEXT = "\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an index, identified by its position in the index.

    `kind` is the name shown to users, such as "chunk", "child", "summary", "question" or "key phrase". `chunk` is the
    span that the entry refers to. `windows` holds one span of the document per search level, usually one. `context`
    holds spans, such as headings, that are indexed before the text but not shown. `lead` is a text written about the
    chunk, which is indexed before them; an entry with one is embedded alone under any pooling. An entry whose text is
    not one span of the document has no windows; its text is that of the `quotes`, joined by spaces, or else `written`.
    `document` is the position of the document among those that are searched. `parents` are the parts of the chunk in
    which the entry stands, the largest first, where it was cut in several steps.
    """

    kind: str
    chunk: Span
    windows: tuple[Span, ...] = ()
    context: tuple[Span, ...] = ()
    quotes: tuple[Span, ...] = ()
    written: str = ""
    document: int = 0
    lead: str = ""
    parents: tuple[Span, ...] = ()

    @property
    def span(self) -> Span | None:
        """The span of the document that the entry shows: its first window, or None if it has no windows."""
        return self.windows[0] if self.windows else None

    def text(self, document: Document) -> str:
        """The text of the entry as it is displayed, without its context."""
        if not self.windows and not self.quotes:
            return self.written
        return _BETWEEN_QUOTES.join(document.text[start:end] for start, end in self.windows[:1] or self.quotes)

    def read_spans(self, level: int = 0) -> tuple[Span, ...]:
        """The spans of the document that are embedded for the entry at a level, context first; none for `written`."""
        return (*self.context, *(self.windows[level : level + 1] or self.quotes))

    def indexed_text(self, document: Document, level: int = 0) -> str:
        """The text that is indexed at a level: what comes before, then the window of that level or its own text."""
        own = document.text[slice(*self.windows[level])] if self.windows else self.text(document)
        return _AFTER_CONTEXT.join([*self._before(document), own])

    def text_before(self, document: Document) -> str:
        """The text that is indexed before the entry's own but not shown as its text: lead and context."""
        return _AFTER_CONTEXT.join(self._before(document))

    def _before(self, document: Document) -> list[str]:
        return [*filter(None, [self.lead]), *(document.text[start:end] for start, end in self.context)]


def level_count(entries: Sequence[Entry]) -> int:
    """The number of levels of the entries, at least 1; raises ValueError if their numbers of windows differ."""
    counts = {len(entry.windows) for entry in entries if entry.windows}
    if len(counts) > 1:
        raise ValueError(f"Entries of one index have {sorted(counts)} windows; all must have the same number.")
    return max(counts, default=1)

"""Where the characters of the documents lie on the ribbon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document

_MAX_TICKS = 12
_LAST_TICK_PERCENT = 97  # on a phone, a number further right would leave the screen


class Tick(NamedTuple):
    """A label; `left` is percent of the ribbon, and so is `width`, its most, where it is a document's name."""

    left: float
    label: str
    width: float | None = None


class Axis:
    """The documents' characters from left to right, one document after the other."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._offsets: dict[str, int] = {}
        total = 0
        for document in documents:
            self._offsets[document.id] = total
            total += len(document.text)
        self._total = max(total, 1)

    def percent(self, document: str, character: int) -> float:
        """How far from the left, from 0 to 100, a character of a document (its id) is."""
        return 100 * (self._offsets[document] + character) / self._total

    def ticks(self) -> list[Tick]:
        """The documents' names; of a single one its pages, or shares where it has none."""
        if len(self._documents) > 1:
            width = 100 / len(self._documents)
            return [Tick(self.percent(document.id, 0), document.name, width) for document in self._documents]
        (document,) = self._documents
        if document.pages[0].width is None:
            return [Tick(share, f"{share} %") for share in (0, 25, 50, 75)]
        starts = [(page.number, self.percent(document.id, page.start)) for page in document.pages]
        shown = starts[:: -(-len(starts) // _MAX_TICKS)]
        return [
            Tick(left, f"page {number}" if number == 1 else f"{number}")
            for number, left in shown
            if left <= _LAST_TICK_PERCENT
        ]

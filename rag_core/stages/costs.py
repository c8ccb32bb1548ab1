"""What the work for one comparison took, so that each column is charged what it would have cost alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Costs:
    """Milliseconds of what several columns of a comparison share.

    A text that two columns use is charged to both. For steps that reuse what an earlier column made, such as sentence
    ends and token counts, columns of one kind are charged alike, for the longest of them so far: charged as measured,
    a column's time would depend on which column stands before it.
    """

    def __init__(self) -> None:
        self._embedding_ms: dict[str, float] = {}
        self._longest_ms: dict[str, float] = {}

    def note_texts(self, tokens: Mapping[str, int], elapsed_ms: float) -> None:
        """A batch of texts was embedded in that time, which is divided among them by their tokens."""
        total = sum(tokens.values()) or 1
        for text, count in tokens.items():
            self._embedding_ms[text] = self._embedding_ms.get(text, 0.0) + elapsed_ms * count / total

    def note_document(self, name: str, elapsed_ms: float) -> None:
        """The model read a document in that time."""
        self._embedding_ms[name] = self._embedding_ms.get(name, 0.0) + elapsed_ms

    def embedding_ms(self, used: Iterable[str]) -> float:
        """What embedding these texts and reading these documents took together."""
        return sum(self._embedding_ms.get(one, 0.0) for one in used)

    def longest_ms(self, kind: str, elapsed_ms: float) -> float:
        """What a step of that kind is charged, having taken `elapsed_ms` this time."""
        longest = self._longest_ms[kind] = max(self._longest_ms.get(kind, 0.0), elapsed_ms)
        return longest

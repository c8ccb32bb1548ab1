"""The time of work that several columns share, so that each column reports the time that it would take alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Costs:
    """The milliseconds that the shared work of a comparison took.

    The time for a text that two columns use counts for both. Steps of the same kind reuse results of earlier columns,
    such as sentence boundaries and token counts. Each such step counts as long as the longest one so far: with the
    measured time, the result would depend on the order of the columns.
    """

    def __init__(self) -> None:
        self._embedding_ms: dict[str, float] = {}
        self._longest_ms: dict[str, float] = {}

    def note_texts(self, tokens: Mapping[str, int], elapsed_ms: float) -> None:
        """Record the embedding time of a batch; each text gets a share in proportion to its number of tokens."""
        total = sum(tokens.values()) or 1
        for text, count in tokens.items():
            self._embedding_ms[text] = self._embedding_ms.get(text, 0.0) + elapsed_ms * count / total

    def note_document(self, name: str, elapsed_ms: float) -> None:
        """Record the time that the model took to compute the token vectors of a document."""
        self._embedding_ms[name] = self._embedding_ms.get(name, 0.0) + elapsed_ms

    def embedding_ms(self, used: Iterable[str]) -> float:
        """The total time, in ms, for embedding the texts and documents in `used`."""
        return sum(self._embedding_ms.get(one, 0.0) for one in used)

    def longest_ms(self, kind: str, elapsed_ms: float) -> float:
        """The time that counts for a step of that kind: the longest one so far, including `elapsed_ms`."""
        longest = self._longest_ms[kind] = max(self._longest_ms.get(kind, 0.0), elapsed_ms)
        return longest

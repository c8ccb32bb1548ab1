"""An index as arrays, so that it can be kept on disk: chunks, entries, vectors, and what the model reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.coverage import Coverage
from rag_core.stages.entries import Entry

Arrays = Mapping[str, NDArray[Any]]
_NOT_ONE_STRETCH = (-1, -1)


class IndexRecord(NamedTuple):
    """`chunks` of each document; `matrix` is float32 of shape (entries, dimensions), or None."""

    chunks: list[list[Span]]
    entries: list[Entry]
    coverage: Coverage
    matrix: NDArray[np.float32] | None

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Numbers only; `from_arrays` makes an equal record of them."""
        entries = self.entries
        kinds = list(dict.fromkeys(entry.kind for entry in entries))
        written = [entry.text for entry in entries if entry.span is None]
        truncated = -1 if self.coverage.truncated is None else self.coverage.truncated
        arrays: dict[str, NDArray[Any]] = {
            "chunks": _pairs([chunk for chunks in self.chunks for chunk in chunks]),
            "chunks_a_document": np.array([len(chunks) for chunks in self.chunks], np.int32),
            "kinds": _bytes("\n".join(kinds)),
            "kind": np.array([kinds.index(entry.kind) for entry in entries], np.int32),
            "document": np.array([entry.document for entry in entries], np.int32),
            "chunk": _pairs([entry.chunk for entry in entries]),
            "span": _pairs([entry.span or _NOT_ONE_STRETCH for entry in entries]),
            "covers": _pairs([span for entry in entries for span in entry.covers]),
            "covers_an_entry": np.array([len(entry.covers) for entry in entries], np.int32),
            "texts": _bytes("".join(written)),
            "text_lengths": np.array([len(text) for text in written], np.int32),
            "coverage": np.array([self.coverage.model_tokens, truncated], np.int64),
        }
        return arrays if self.matrix is None else {**arrays, "matrix": self.matrix}

    @classmethod
    def from_arrays(cls, arrays: Arrays, documents: Sequence[Document]) -> IndexRecord:
        """The record; `documents` are those that it was made of."""
        chunks = iter(_spans(arrays["chunks"]))
        model_tokens, truncated = map(int, arrays["coverage"])
        return cls(
            chunks=[[next(chunks) for _ in range(count)] for count in arrays["chunks_a_document"]],
            entries=_entries(arrays, documents),
            coverage=Coverage(model_tokens, None if truncated < 0 else truncated),
            matrix=arrays.get("matrix"),
        )


def _entries(arrays: Arrays, documents: Sequence[Document]) -> list[Entry]:
    kinds = _text(arrays["kinds"]).split("\n")
    written = iter(_written(arrays))
    covers = iter(_spans(arrays["covers"]))
    numbers = zip(arrays["kind"].tolist(), arrays["document"].tolist(), arrays["covers_an_entry"].tolist(), strict=True)
    entries = []
    for (kind, document, count), chunk, span in zip(
        numbers, _spans(arrays["chunk"]), _spans(arrays["span"]), strict=True
    ):
        known = None if span == _NOT_ONE_STRETCH else span
        text = next(written) if known is None else documents[document].text[known.start : known.end]
        entries.append(Entry(kinds[kind], text, chunk, known, tuple(next(covers) for _ in range(count)), document))
    return entries


def _written(arrays: Arrays) -> list[str]:
    text, ends = _text(arrays["texts"]), np.cumsum(arrays["text_lengths"]).tolist()
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _pairs(spans: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    return np.fromiter(chain.from_iterable(spans), np.int32, 2 * len(spans)).reshape(-1, 2)


def _spans(pairs: NDArray[Any]) -> list[Span]:
    return [Span(start, end) for start, end in pairs.tolist()]


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _text(numbers: NDArray[Any]) -> str:
    return numbers.tobytes().decode("utf-8", "surrogatepass")

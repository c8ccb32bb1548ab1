"""The serialized form of an index in the cache: chunks, entries, coverage and vectors as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain, islice, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Span
from rag_core.stages.built_index import Coverage
from rag_core.stages.entries import Entry
from rag_core.stages.entry_vectors import EntryVectors, entry_vectors_from

Arrays = Mapping[str, NDArray[Any]]
_SPAN_FIELDS = ("windows", "context", "quotes", "parents")


class IndexRecord(NamedTuple):
    """The cached contents of an index.

    `chunks` has one list per document; `vectors` is None if the search uses none.
    """

    chunks: list[list[Span]]
    entries: list[Entry]
    coverage: Coverage
    vectors: EntryVectors | None

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The record as arrays of numbers, from which `from_arrays` restores an equal record."""
        entries = self.entries
        kinds = list(dict.fromkeys(entry.kind for entry in entries))
        numbers = {kind: number for number, kind in enumerate(kinds)}
        arrays: dict[str, NDArray[Any]] = {
            **_ragged("chunks", self.chunks),
            "kinds": _bytes("\n".join(kinds)),
            "kind": np.array([numbers[entry.kind] for entry in entries], np.int32),
            "document": np.array([entry.document for entry in entries], np.int32),
            "chunk": _pairs([entry.chunk for entry in entries]),
            **_texts("texts", [entry.written for entry in entries]),
            **_texts("leads", [entry.lead for entry in entries]),
            "coverage": np.array([*self.coverage[:1], _or_negative(self.coverage.truncated)], np.int64),
        }
        for field in _SPAN_FIELDS:
            arrays |= _ragged(field, [getattr(entry, field) for entry in entries])
        return arrays if self.vectors is None else {**arrays, **self.vectors.to_arrays()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> IndexRecord:
        """The record that `to_arrays` serialized."""
        model_tokens, truncated = map(int, arrays["coverage"])
        return cls(
            chunks=[list(chunks) for chunks in _groups(arrays, "chunks")],
            entries=_entries(arrays),
            coverage=Coverage(model_tokens, None if truncated < 0 else truncated),
            vectors=entry_vectors_from(arrays),
        )


def _entries(arrays: Arrays) -> list[Entry]:
    kinds = _text(arrays["kinds"]).split("\n")
    *spans, parents = (_groups(arrays, field) for field in _SPAN_FIELDS)
    written, leads = (_parts(arrays, field) for field in ("texts", "leads"))
    columns = (_spans(arrays["chunk"]), *spans, written, arrays["document"].tolist(), leads, parents)
    return [Entry(kinds[kind], *values) for kind, *values in zip(arrays["kind"].tolist(), *columns, strict=True)]


def _texts(name: str, texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    return {name: _bytes("".join(texts)), f"{name}_lengths": np.array(list(map(len, texts)), np.int32)}


def _parts(arrays: Arrays, name: str) -> Iterator[str]:
    texts, ends = _text(arrays[name]), accumulate(arrays[f"{name}_lengths"].tolist(), initial=0)
    return (texts[start:end] for start, end in pairwise(ends))


def _ragged(name: str, groups: Sequence[Sequence[Span]]) -> dict[str, NDArray[Any]]:
    counts = np.array([len(group) for group in groups], np.int32)
    return {name: _pairs(list(chain.from_iterable(groups))), f"{name}_counts": counts}


def _groups(arrays: Arrays, name: str) -> Iterator[tuple[Span, ...]]:
    spans = iter(_spans(arrays[name]))
    return (tuple(islice(spans, count)) for count in arrays[f"{name}_counts"].tolist())


def _or_negative(count: int | None) -> int:
    return -1 if count is None else count


def _pairs(spans: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    return np.fromiter(chain.from_iterable(spans), np.int32, 2 * len(spans)).reshape(-1, 2)


def _spans(pairs: NDArray[Any]) -> list[Span]:
    return [Span(start, end) for start, end in pairs.tolist()]


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _text(numbers: NDArray[Any]) -> str:
    return numbers.tobytes().decode("utf-8", "surrogatepass")

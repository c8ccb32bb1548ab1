"""The vectors of the entries of an index, and their cosine similarities to a query."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from rag_core.embeddings.late.token_vectors import TokenVectors

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]


class EntryVectors(ABC):
    """One vector per level and entry; read-only, since sessions share it."""

    @abstractmethod
    def scores(self, query: Floats) -> Floats:
        """The similarity of each entry to a query of shape (dimensions,), of shape (levels, entries)."""

    @abstractmethod
    def rows(self, entries: Sequence[int]) -> Floats:
        """The vectors of the entries at these positions, of shape (levels, len(entries), dimensions)."""

    @abstractmethod
    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """The vectors as arrays, from which `from_arrays` restores them."""


@dataclass(frozen=True, eq=False)
class VectorMatrix(EntryVectors):
    """Vectors as a matrix, float32 of shape (levels, entries, dimensions)."""

    matrix: Floats

    @override
    def scores(self, query: Floats) -> Floats:
        return np.stack([level @ query for level in self.matrix])

    @override
    def rows(self, entries: Sequence[int]) -> Floats:
        return np.take(self.matrix, np.asarray(entries, np.intp), axis=1)

    @override
    def to_arrays(self) -> dict[str, NDArray[Any]]:
        return {"vectors": self.matrix}


@dataclass(frozen=True, eq=False)
class RunVectors(EntryVectors):
    """Vectors of windows that are runs of shared units, by sums over the units' token vectors.

    A window's vector is the sum over its units, divided by its length, so the similarities at all levels follow from
    one product of the query with the units. `units` has the shape (units, dimensions); `first`, `last` and `norms` have
    the shape (levels, entries): window i of a level consists of the units from `first` up to `last`, and the sum over
    their vectors has the length `norms`, which is 0 for a window without tokens.
    """

    units: Floats
    first: Numbers
    last: Numbers
    norms: Floats

    @override
    def scores(self, query: Floats) -> Floats:
        running = np.concatenate(([0.0], np.cumsum(self.units @ query, dtype=np.float64)))
        sums = running[self.last] - running[self.first]
        found = np.divide(sums, self.norms, out=np.zeros_like(sums), where=self.norms > 0)
        return np.asarray(found, np.float32)

    @override
    def rows(self, entries: Sequence[int]) -> Floats:
        chosen = np.asarray(entries, np.intp)
        ends = np.stack([self.first[:, chosen], self.last[:, chosen]])
        edges, numbers = np.unique(ends, return_inverse=True)
        first, last = numbers.reshape(ends.shape)
        running = np.zeros((max(len(edges), 1), self.units.shape[1]))
        if len(edges) > 1:
            between = np.add.reduceat(self.units[edges[0] : edges[-1]], edges[:-1] - edges[0], dtype=np.float64)
            np.cumsum(between, axis=0, out=running[1:])
        sums, norms = running[last] - running[first], self.norms[:, chosen, None]
        rows = np.divide(sums, norms, out=np.zeros_like(sums), where=norms > 0)
        return np.asarray(rows, np.float32)

    @override
    def to_arrays(self) -> dict[str, NDArray[Any]]:
        return {"units": self.units, "first": self.first, "last": self.last, "norms": self.norms}


def entry_vectors_from(arrays: Mapping[str, NDArray[Any]]) -> EntryVectors | None:
    """The vectors that `to_arrays` serialized; None if the arrays hold no vectors."""
    if "vectors" in arrays:
        return VectorMatrix(arrays["vectors"])
    names = ("units", "first", "last", "norms")
    return RunVectors(*(arrays[name] for name in names)) if "units" in arrays else None


def pooled_runs(tokens: Sequence[TokenVectors], windows: Sequence[NDArray[np.int64]]) -> RunVectors:
    """The vectors of windows of several documents, one after the other.

    `windows` holds the start and end characters of each document's windows, of shape (levels, entries, 2).
    """
    parts = [_of_document(*pair) for pair in zip(tokens, windows, strict=True)]
    offsets = np.cumsum([0, *(len(part.units) for part in parts)])
    first = np.concatenate([part.first + offset for part, offset in zip(parts, offsets, strict=False)], axis=1)
    last = np.concatenate([part.last + offset for part, offset in zip(parts, offsets, strict=False)], axis=1)
    units = np.concatenate([part.units for part in parts])
    return RunVectors(units, first.astype(np.int32), last.astype(np.int32), np.hstack([part.norms for part in parts]))


def _of_document(tokens: TokenVectors, windows: NDArray[np.int64]) -> RunVectors:
    edges, numbers = np.unique(tokens.token_range(windows), return_inverse=True)
    first, last = np.moveaxis(numbers.reshape(windows.shape).astype(np.int32), -1, 0)
    sums, before = tokens.sums, tokens.sums.before(edges)
    units = sums.with_mean(np.diff(before, axis=0), np.diff(edges))
    windows_of = (sums.with_mean(before[b] - before[a], edges[b] - edges[a]) for a, b in zip(first, last, strict=True))
    norms = [np.linalg.norm(level, axis=1) for level in windows_of]
    return RunVectors(units, first, last, np.stack(norms).astype(np.float32))

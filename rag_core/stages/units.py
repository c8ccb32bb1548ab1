"""The units of an index: pieces of which every window of every entry is a run, so that entries share sums over them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Span
from rag_core.stages.entries import Entry, level_count

Numbers = NDArray[np.int64]


class Unit(NamedTuple):
    """A piece of an index: spans of one document that are read together, and a text written about them."""

    document: int
    spans: tuple[Span, ...] = ()
    written: str = ""


class Runs(NamedTuple):
    """The entries as runs of units: at level l, entry i consists of the units from `first[l, i]` up to `last[l, i]`.

    Both have the shape (levels, entries). `context` has the shape (entries,): the unit with the entry's lead and
    context, which belongs to each of its levels, or -1 if it has none.
    """

    first: Numbers
    last: Numbers
    context: Numbers

    def sums(self, of_units: NDArray[Any]) -> NDArray[np.float64]:
        """The sum over the units of each entry at each level, shape (levels, entries)."""
        running = np.concatenate(([0.0], np.cumsum(of_units)))
        found = running[self.last] - running[self.first]
        if (self.context >= 0).any():
            found += np.where(self.context >= 0, of_units[self.context], 0.0)
        return found


def units_of(entries: Sequence[Entry]) -> tuple[list[Unit], Runs]:
    """The units of the entries, and the entries as runs of them.

    With a single level, each entry is a unit. With several, the units are the parts of the documents between two
    neighbouring ends of windows.
    """
    if level_count(entries) == 1:
        units = [Unit(entry.document, entry.read_spans(), _written(entry)) for entry in entries]
        numbers = np.arange(len(units))[None]
        return units, Runs(numbers, numbers + 1, np.full(len(units), -1))
    return _shared_units(entries)


def _shared_units(entries: Sequence[Entry]) -> tuple[list[Unit], Runs]:
    units: list[Unit] = []
    first = np.zeros((level_count(entries), len(entries)), np.int64)
    last = first.copy()
    placed = np.array([entry.document if entry.windows else -1 for entry in entries])
    for document in np.unique(placed[placed >= 0]).tolist():
        rows = np.flatnonzero(placed == document).tolist()
        windows = np.array([entries[i].windows for i in rows])
        edges, numbers = np.unique(windows, return_inverse=True)
        first[:, rows], last[:, rows] = len(units) + np.moveaxis(numbers.reshape(windows.shape), 0, -1).swapaxes(0, 1)
        units += [Unit(document, (Span(start, end),)) for start, end in pairwise(edges.tolist())]
        units.append(Unit(document))  # runs may end here: units of the next document follow
    return units, Runs(first, last, _add_unshared(units, entries, first, last))


def _add_unshared(units: list[Unit], entries: Sequence[Entry], first: Numbers, last: Numbers) -> Numbers:
    """Add units for contexts, and for entries without windows; returns the units of the contexts."""
    context = np.full(len(entries), -1)
    known: dict[Unit, int] = {}
    for i, entry in enumerate(entries):
        if entry.context or entry.lead:
            context[i] = _number(units, known, Unit(entry.document, entry.context, entry.lead))
        if not entry.windows:
            first[:, i] = _number(units, known, Unit(entry.document, entry.quotes, entry.written))
            last[:, i] = first[:, i] + 1
    return context


def _written(entry: Entry) -> str:
    return f"{entry.lead}\n{entry.written}" if entry.lead else entry.written


def _number(units: list[Unit], known: dict[Unit, int], unit: Unit) -> int:
    if unit not in known:
        known[unit] = len(units)
        units.append(unit)
    return known[unit]

"""A toy part of every slot, each one file in `toys/`, as somebody would write it who adds a kind.

They show what a kind can do: a parser has a field, a chunker uses vectors of sentences, a reference resolves entries
into windows, a query makes three queries, and a reranker uses the embedding model.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from rag_core import part

FOLDER = Path(__file__).parent / "toys"


@dataclass(frozen=True)
class Toy:
    """A toy part's slot, kind, and one of its fields with its title, its bounds and a value that is no default."""

    slot: str
    field: str
    title: str
    bounds: tuple[float, float]
    value: float

    @property
    def kind(self) -> str:
        return f"toy_{self.slot}"

    @property
    def spec(self) -> str:
        return f"baseline:{self.slot}.kind={self.kind},{self.slot}.{self.field}={self.value}"


TOYS = [
    Toy("parser", "max_pages", "Toy pages", (1, 500), 2),
    Toy("chunker", "cuts", "Toy cuts", (0, 20), 3),
    Toy("reference", "window_characters", "Toy window", (0, 1000), 20),
    Toy("query", "weight", "Toy weight", (0, 2), 0.25),
    Toy("search", "min_letters", "Toy letters", (1, 20), 2),
    Toy("rerank", "entries", "Toy entries", (1, 50), 4),
    Toy("budget", "margin", "Toy margin", (0, 1), 0.5),
    Toy("answer", "room", "Toy room", (1, 4000), 100),
]
Import = Callable[[Toy], ModuleType]


@pytest.fixture
def import_toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, register_part: Callable) -> Iterator[Import]:
    """Copies a toy's file to a temporary folder and imports it there; what it registers is gone after the test."""
    monkeypatch.setattr(part, "register", register_part)
    monkeypatch.syspath_prepend(tmp_path)
    imported = []

    def imports(toy: Toy) -> ModuleType:
        shutil.copy(FOLDER / f"{toy.kind}.py", tmp_path)
        importlib.invalidate_caches()
        imported.append(toy.kind)
        return importlib.import_module(toy.kind)

    yield imports
    for name in imported:
        sys.modules.pop(name, None)


@pytest.fixture
def import_slot(import_toy: Import) -> Callable[[str], Toy]:
    """Imports the toy of a slot."""

    def imports(slot: str) -> Toy:
        [toy] = [toy for toy in TOYS if toy.slot == slot]
        import_toy(toy)
        return toy

    return imports

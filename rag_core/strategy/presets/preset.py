"""A preset is a strategy with a name, as data: its values, what it is for, when it fails, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Publication:
    """A paper or a page of documentation that describes a strategy."""

    title: str
    url: str


@dataclass(frozen=True)
class Preset:
    """A named strategy. Slots that `values` does not mention have their default parts."""

    name: str
    group: str
    """The heading under which it is listed; presets of one group stand together."""
    values: Mapping[str, Mapping[str, Any]]
    """A part per slot, as in a strategy's JSON."""
    purpose: str
    """One sentence: what it is for."""
    fails: str
    """One sentence: when it fails."""
    source: Publication
    own_label: str = ""
    """What people call it, if that is not its name with spaces."""

    @property
    def label(self) -> str:
        """What people call it, for example "Chunk references"."""
        return self.own_label or name_in_words(self.name)


def name_in_words(name: str) -> str:
    """The name of a strategy with spaces and a capital."""
    return name.replace("_", " ").capitalize()

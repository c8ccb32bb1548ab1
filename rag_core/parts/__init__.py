"""The parts of a strategy, in one folder per slot with the slot's name; importing this package registers them all."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from rag_core.part import Part, get_slot, slots

for _found in iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")

SLOTS = tuple(slot.name for slot in slots())  # in the order of the stages


def kinds(slot: str) -> dict[str, type[Part]]:
    """The part classes of a slot by kind, in the order of registration; raises UserError for an unknown slot."""
    return get_slot(slot).kinds.items()


def build(slot: str, values: Mapping[str, Any]) -> Part:
    """The part that `values` describes; raises UserError with the valid slots, kinds, fields or bounds otherwise."""
    return get_slot(slot).build(values)

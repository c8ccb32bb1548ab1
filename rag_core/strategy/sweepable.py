"""Which fields of a strategy a sweep can vary: numbers, and choices among given values."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from rag_core.part import Part
from rag_core.parts import SLOTS, kinds
from rag_core.strategy.strategy import Strategy


class SweepableField(NamedTuple):
    """A field by its dotted name, as a SPEC writes it, for example `chunker.chunk_tokens`.

    `choices` are all its values; empty for numbers, which lie from `minimum` to `maximum` (None: unbounded), both
    included. `optional` numbers can also be null.
    """

    name: str
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False


def sweepable_fields(strategy: Strategy) -> list[SweepableField]:
    """The fields that can be varied in the strategy, its kinds among them, in the order of its stages.

    Texts and lists are left out, and so is what has one value only.
    """
    return [field for slot in SLOTS for field in _of_part(slot, strategy.part(slot))]


def _of_part(slot: str, part: Part) -> Iterator[SweepableField]:
    if len(names := tuple(kinds(slot))) > 1:
        yield SweepableField(f"{slot}.kind", names)
    for name, info in type(part).model_fields.items():
        if name != "kind" and (field := _of_field(f"{slot}.{name}", info)):
            yield field


def _of_field(name: str, info: FieldInfo) -> SweepableField | None:
    types = set(get_args(info.annotation)) or {info.annotation}
    if get_origin(info.annotation) is Literal:
        choices = get_args(info.annotation)
        return SweepableField(name, choices) if len(choices) > 1 else None
    if types == {bool}:
        return SweepableField(name, (False, True))
    if types - {NoneType} in ({int}, {float}):
        return SweepableField(name, (), _bound(info, "ge"), _bound(info, "le"), NoneType in types)
    return None


def _bound(info: FieldInfo, side: Literal["ge", "le"]) -> float | None:
    return next((getattr(limit, side) for limit in info.metadata if hasattr(limit, side)), None)

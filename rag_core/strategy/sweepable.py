"""The fields of a strategy that a sweep can vary: numbers, and choices from a list."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from rag_core.part import Part
from rag_core.parts import SLOTS, kinds
from rag_core.strategy.strategy import Strategy


class SweepableField(NamedTuple):
    """A field that a sweep can vary, with the dotted `name` that it has in a SPEC, such as `chunker.chunk_tokens`.

    `choices` holds all values of a field with a fixed set of values; it is empty for numbers, which range from
    `minimum` to `maximum`, both inclusive (None: unbounded). An `optional` number can also be null.
    """

    name: str
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False


def sweepable_fields(strategy: Strategy) -> list[SweepableField]:
    """The fields of the strategy's parts that can be varied, and the kinds of the parts, in pipeline order.

    Texts, lists and fields with only one possible value are left out.
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

"""Parts, slots, and the registry from which widgets, tables, tests and exports follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from rag_core.errors import UserError

_MAX_SHOWN = 80  # characters of a wrong value in a message
T = TypeVar("T")


class Registry(Generic[T]):
    """Named things, in the order in which they were registered; `what` is their noun in messages."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[str, T] = {}

    def register(self, name: str, item: T) -> T:
        """Add a thing under its name and return it; raises ValueError where the name is taken."""
        if name in self._items:
            raise ValueError(f"There is a {self._what} {name!r} already: {self._items[name]!r}.")
        self._items[name] = item
        return item

    def get(self, name: object) -> T:
        """The thing of that name; raises UserError naming the valid ones."""
        if not isinstance(name, str) or name not in self._items:
            raise UserError(f"There is no {self._what} {name!r}. Valid: {', '.join(self._items)}.")
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def items(self) -> dict[str, T]:
        """All things by name, in order; a copy."""
        return dict(self._items)

    @contextmanager
    def temporarily(self, name: str, item: T) -> Iterator[T]:
        """Have a thing registered within a `with` block, as tests do; raises ValueError where the name is taken."""
        self.register(name, item)
        try:
            yield item
        finally:
            del self._items[name]


class Part(BaseModel):
    """A frozen value with a literal `kind`; its fields carry bounds, units and a one-line description."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slot: ClassVar[str]
    label: ClassVar[str]
    summary: ClassVar[str]
    kind: Any

    @classmethod
    def kind_name(cls) -> str:
        """The part's name in specs, links and files."""
        return str(cls.model_fields["kind"].default)

    def short(self) -> str:
        """A few words with the sizes, for tables and captions."""
        return self.label


@dataclass(frozen=True)
class Slot:
    """A place in a strategy: one of the kinds that are registered for it.

    `order` places it in the row of stages. `default` are the values of the part that a strategy has unless it says
    otherwise. `optional`: JSON without the slot is that of a strategy from before the slot existed, and loads with the
    default. `caption` is shown beside the slot's settings.
    """

    name: str
    order: int
    title: str
    default: Mapping[str, Any]
    base: type[Part]
    optional: bool = False
    caption: str = ""
    kinds: Registry[type[Part]] = field(default_factory=lambda: Registry("kind"))

    def build(self, values: Mapping[str, Any]) -> Part:
        """The part that `values` describes; raises UserError naming the valid kinds, fields or bounds."""
        kind = values.get("kind")
        if not isinstance(kind, str) or kind not in self.kinds:
            raise UserError(f"{self.name}.kind={kind!r} is unknown. Valid: {', '.join(self.kinds)}.")
        part = self.kinds.get(kind)
        unknown = [name for name in values if name not in part.model_fields]
        if unknown:
            valid = ", ".join(f"{self.name}.{name}" for name in part.model_fields)
            raise UserError(f"{self.name}.{unknown[0]} is not a field of {self.name}.kind={kind}. Valid: {valid}.")
        try:
            return part.model_validate(values)
        except ValidationError as error:
            raise UserError(_first_problem(self.name, error)) from None


_slots: Registry[Slot] = Registry("slot")


def add_slot(slot: Slot) -> Slot:
    """Make a slot known; its folder's `base.py` does so."""
    return _slots.register(slot.name, slot)


def slots() -> list[Slot]:
    """All slots that were added, in the order of the stages; importing `rag_core.parts` adds those of this program."""
    return sorted(_slots.items().values(), key=lambda slot: slot.order)


def get_slot(name: str) -> Slot:
    """The slot of that name; raises UserError naming the valid ones."""
    return _slots.get(name)


P = TypeVar("P", bound=type[Part])


def register(part: P) -> P:
    """Class decorator: makes the part known under its slot and kind; raises ValueError where the kind is taken."""
    get_slot(part.slot).kinds.register(part.kind_name(), part)
    return part


def _first_problem(slot: str, error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    where = ".".join([slot, *(str(step) for step in problem["loc"])])
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return f"{slot}: {message}."
    value = repr(problem["input"])
    shown = value if len(value) <= _MAX_SHOWN else f"{value[:_MAX_SHOWN]}..."
    return f"{where}={shown}: {message[0].lower()}{message[1:]}."

"""Parts, slots and the registry that widgets, tables, tests and exports are generated from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from rag_core.errors import UserError

_MAX_SHOWN = 80  # characters of an invalid value in a message
# For errors of pydantic that speak of parsing.
_IN_WORDS = {
    "int_parsing": "it is not a whole number",
    "int_from_float": "it is not a whole number",
    "float_parsing": "it is not a number",
    "bool_parsing": "it is neither true nor false",
}
T = TypeVar("T")


class Registry(Generic[T]):
    """Items by name, in the order of registration; `what` is the noun for an item in messages, such as "tokenizer"."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[str, T] = {}

    def register(self, name: str, item: T) -> T:
        """Register an item under a name and return the item; raises ValueError if the name is taken."""
        if name in self._items:
            raise ValueError(f"There is a {self._what} {name!r} already: {self._items[name]!r}.")
        self._items[name] = item
        return item

    def get(self, name: object) -> T:
        """The item with that name; raises UserError with the valid names if there is none."""
        if not isinstance(name, str) or name not in self._items:
            raise UserError(f"There is no {self._what} {name!r}. Valid: {', '.join(self._items)}.")
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def items(self) -> dict[str, T]:
        """A copy of the registered items by name, in the order of registration."""
        return dict(self._items)

    @contextmanager
    def temporarily(self, name: str, item: T) -> Iterator[T]:
        """Register an item for the length of a `with` block, for tests; raises ValueError if the name is taken."""
        self.register(name, item)
        try:
            yield item
        finally:
            del self._items[name]


class Part(BaseModel):
    """Base class of the parts of a strategy: a frozen model with a literal `kind` and self-describing fields.

    Each field declares its bounds, unit and a one-line description. `label` and `summary` describe the kind in widgets
    and in the documentation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slot: ClassVar[str]
    label: ClassVar[str]
    summary: ClassVar[str]
    kind: Any

    @classmethod
    def kind_name(cls) -> str:
        """The name of the kind in SPECs, links and files."""
        return str(cls.model_fields["kind"].default)

    def short(self) -> str:
        """A few words that name the kind and its main settings, for tables and captions."""
        return self.label


def _listed(value: Any) -> Any:
    return (value,) if isinstance(value, int) else value


ONE_IS_A_LIST = BeforeValidator(_listed)  # for a field of several sizes, of which one may be given alone


def check_overlap(
    part: Part, overlap: str, size: str, smallest: int, *, named: str = "overlap", of: str = "chunk size"
) -> None:
    """Raise ValueError unless the overlap is smaller than the smallest size; `overlap` and `size` are field names."""
    value, unit = getattr(part, overlap), overlap.rpartition("_")[2]
    if value >= smallest:
        raise ValueError(
            f"the {named} of {value} {unit} must be smaller than the {of} of {smallest}; lower the overlap "
            f"({part.slot}.{overlap}) or raise the size ({part.slot}.{size})"
        )


@dataclass(frozen=True)
class Slot:
    """A position in the pipeline that every strategy fills with a part of one of the registered kinds.

    Slots are sorted by `order`. `default` holds the values of the default part. JSON without an `optional` slot was
    written before the slot existed, and loads with the default part. `caption` is shown next to the slot's settings.
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
        """The part that `values` describes; raises UserError with the valid kinds, fields or bounds otherwise."""
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
    """Register a slot; the `base.py` in the slot's folder calls this. Raises ValueError if the name is taken."""
    return _slots.register(slot.name, slot)


def slots() -> list[Slot]:
    """The registered slots in pipeline order; importing `rag_core.parts` registers the built-in ones."""
    return sorted(_slots.items().values(), key=lambda slot: slot.order)


def get_slot(name: str) -> Slot:
    """The slot with that name; raises UserError with the valid names if there is none."""
    return _slots.get(name)


P = TypeVar("P", bound=type[Part])


def register(part: P) -> P:
    """Class decorator that registers a part under its slot and kind; raises ValueError if the kind is taken."""
    get_slot(part.slot).kinds.register(part.kind_name(), part)
    return part


def _first_problem(slot: str, error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    where = ".".join([slot, *(str(step) for step in problem["loc"])])
    message = _IN_WORDS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    if not problem["loc"]:
        return f"{slot}: {message}."
    value = repr(problem["input"])
    shown = value if len(value) <= _MAX_SHOWN else f"{value[:_MAX_SHOWN]}..."
    return f"{where}={shown}: {message[0].lower()}{message[1:]}."

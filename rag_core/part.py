"""The base of every strategy part and the registry from which widgets, tables, tests and exports follow."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from rag_core.errors import UserError
from rag_core.program import Code, Setting

Slot = Literal["chunker", "reference", "search", "rerank", "budget", "answer"]
_LONGEST_SHOWN = 80  # characters of a wrong value in a message
SLOTS: tuple[Slot, ...] = ("chunker", "reference", "search", "rerank", "budget", "answer")


class Part(BaseModel):
    """A frozen value with a literal `kind`; its fields carry bounds, units and a one-line description."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slot: ClassVar[Slot]
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

    @abstractmethod
    def llama_index_code(self, setting: Setting) -> Code:
        """What a plain LlamaIndex program needs to do the same; see Code."""


P = TypeVar("P", bound=type[Part])
_registry: dict[Slot, dict[str, type[Part]]] = {slot: {} for slot in SLOTS}


def register(part: P) -> P:
    """Class decorator: makes the part known under its slot and kind."""
    _registry[part.slot][part.kind_name()] = part
    return part


def kinds(slot: Slot) -> dict[str, type[Part]]:
    """All registered parts of a slot by kind, in the order of their import lines."""
    _load_parts()
    return dict(_registry[slot])


def build(slot: Slot, values: dict[str, Any]) -> Part:
    """The part that `values` describes; raises UserError naming the valid kinds, fields or bounds."""
    choices = kinds(slot)
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in choices:
        raise UserError(f"{slot}.kind={kind!r} is not known. Valid: {', '.join(choices)}.")
    part = choices[kind]
    unknown = [name for name in values if name not in part.model_fields]
    if unknown:
        valid = ", ".join(f"{slot}.{name}" for name in part.model_fields)
        raise UserError(f"{slot}.{unknown[0]} is not a field of {slot}.kind={kind}. Valid: {valid}.")
    try:
        return part.model_validate(values)
    except ValidationError as error:
        raise UserError(_first_problem(slot, error)) from None


def _first_problem(slot: str, error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    where = ".".join([slot, *(str(step) for step in problem["loc"])])
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return f"{slot}: {message}."
    value = repr(problem["input"])
    shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."
    return f"{where}={shown}: {message[0].lower()}{message[1:]}."


def _load_parts() -> None:
    import rag_core.parts.answer
    import rag_core.parts.budget
    import rag_core.parts.chunker
    import rag_core.parts.reference
    import rag_core.parts.rerank
    import rag_core.parts.search  # noqa: F401

"""`part_code` writes the code of a part; each slot's module registers the writers of its kinds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch

from rag_core.errors import UserError
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting
from rag_core.part import Part
from rag_core.parts import kinds


@singledispatch
def part_code(part: Part, setting: Setting) -> Code:
    """What a LlamaIndex program needs to do the same as the part; raises UserError for a kind without a writer.

    Register one writer per kind, or one for the base class of a slot whose kinds all need the same code.
    """
    raise part_not_exportable(part)


def check_exportable(part: Part) -> None:
    """Raise UserError, naming the kinds that can be exported, for a part whose kind has no writer."""
    if not has_writer(type(part)):
        raise part_not_exportable(part)


def has_writer(kind: type[Part]) -> bool:
    """Whether a writer is registered for the kind or its slot; that of another kind, which it extends, is not its."""
    owner = next(cls for cls in kind.__mro__ if cls in part_code.registry)
    return owner is kind or (issubclass(owner, Part) and owner.model_fields["kind"].is_required())


def part_not_exportable(part: Part) -> UserError:
    """The error for a part whose kind has no writer."""
    return not_exportable(
        f"{part.slot}.kind={part.kind}", (name for name, kind in kinds(part.slot).items() if has_writer(kind))
    )


def not_exportable(what: str, exportable: Iterable[str]) -> UserError:
    """The error for something that has no writer; names what has one."""
    return UserError(f"{what} cannot be exported as a LlamaIndex program. Exportable: {', '.join(exportable)}.")

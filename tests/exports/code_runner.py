"""Runs fragments of exported programs."""

from types import ModuleType
from typing import Any

from rag_core.exports.llama_index.code import Code


def program_of(*codes: Code) -> Any:
    """A module with the imports, constants and functions of the codes and of all that they need."""
    program = ModuleType("program")
    for code in dict.fromkeys(needed for whole in codes for needed in whole.all()):
        program.__dict__.update(code.constants)
        exec("\n".join([*code.imports, code.functions]), program.__dict__)
    return program

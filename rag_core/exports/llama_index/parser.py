"""Code that reads a document: `inputs.py` has it, because the program is given the document's text."""

from __future__ import annotations

from rag_core.errors import UserError
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.parser.base import Parser


@part_code.register
def _(part: Parser, setting: Setting) -> Code:
    if part.indexes_heads:
        raise UserError(
            "parser.index_heads=true cannot be exported as a LlamaIndex program: its chunks are indexed as they are. "
            "Choose parser.index_heads=false."
        )
    return Code()

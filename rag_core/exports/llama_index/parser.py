"""Code that reads a document: none, whatever the parser, because the program is given the document's text."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.parser.base import Parser


@part_code.register
def _(part: Parser, setting: Setting) -> Code:
    return Code()

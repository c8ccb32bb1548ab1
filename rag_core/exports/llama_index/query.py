"""The question as it is: a program needs no code to ask it."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.query.none import NoQueryTransform


@part_code.register
def _(part: NoQueryTransform, setting: Setting) -> Code:
    return Code()

"""Answer modes contribute nothing: the program of a strategy retrieves and does not answer."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.answer import Answering


@part_code.register
def _(part: Answering, setting: Setting) -> Code:
    return Code()

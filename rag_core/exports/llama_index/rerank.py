"""Code that re-scores what the search found."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.rerank.none import NoReranking


@part_code.register
def _(part: NoReranking, setting: Setting) -> Code:
    return Code()

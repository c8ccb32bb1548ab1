"""Code of the lines that join chunks below a minimum size to their neighbours."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.places import NODES_OF_SPANS, SPANS_OF_NODES
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.chunker import small_chunks


def joined_code(min_tokens: int, max_tokens: str, setting: Setting) -> Code:
    """The lines that join small ones of `chunks`, and what they need; empty where the minimum is 0.

    `max_tokens` is an expression for the size that joined chunks must not exceed.
    """
    if not min_tokens:
        return Code()
    own = Code(
        constants={"MIN_CHUNK_TOKENS": min_tokens},
        own="joining chunks below a minimum size",
        needs=(pasted(small_chunks),),
    )
    return Code(
        lines=f"spans = join_small(spans_of(chunks), MIN_CHUNK_TOKENS, {max_tokens}, count)\n"
        "chunks = nodes_of(text, spans)\n",
        needs=(setting.count, SPANS_OF_NODES, NODES_OF_SPANS, own),
    )

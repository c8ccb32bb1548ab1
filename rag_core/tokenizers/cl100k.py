"""tiktoken's cl100k_base, in which LlamaIndex's splitters count by default."""

from __future__ import annotations

from collections.abc import Callable

from rag_core.program import Code
from rag_core.tokenizers.base import register_tokenizer


def _load() -> Callable[[str], int]:
    # LlamaIndex carries the vocabulary in its wheel and knows how to load it without network.
    from llama_index.core.utils import get_tokenizer

    encode = get_tokenizer()
    return lambda text: len(encode(text))


_CODE = Code(
    imports=("from llama_index.core.utils import get_tokenizer",),
    functions="# LlamaIndex's own: cl100k, from its wheel.\ntokenize = get_tokenizer()\n",
)

register_tokenizer("cl100k", "GPT-4 tokens (cl100k, LlamaIndex's default)", _load, _CODE)

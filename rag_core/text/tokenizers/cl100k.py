"""tiktoken's cl100k_base, in which LlamaIndex's splitters count by default."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rag_core.text.tokenizers.base import TOKENIZERS, TokenizerEntry


def _load() -> Callable[[str], int]:
    # LlamaIndex's wheel contains the vocabulary, and this loads it without network.
    from llama_index.core.utils import get_tokenizer

    encode = get_tokenizer()
    return lambda text: len(encode(text))


def token_offsets(text: str) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The text's tokens, and the character in which each begins; both of shape (tokens,)."""
    import tiktoken
    from llama_index.core.utils import get_tokenizer

    get_tokenizer()  # points tiktoken to the vocabulary, which it would download
    encoding = tiktoken.get_encoding("cl100k_base")
    ids = encoding.encode(text, disallowed_special=())
    return np.array(ids, np.int64), np.array(encoding.decode_with_offsets(ids)[1], np.int32)


# Of its pattern, only runs of white space hold a space that is not their first character.
TOKENIZERS.register("cl100k", TokenizerEntry("GPT-4 tokens (cl100k, LlamaIndex's default)", _load, ends_at_spaces=True))

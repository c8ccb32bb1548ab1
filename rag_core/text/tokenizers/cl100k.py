"""The tokenizer `cl100k`: tiktoken's cl100k_base, the default of LlamaIndex's splitters."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag_core.text.tokenizers.base import TOKENIZERS, TokenizerEntry

if TYPE_CHECKING:
    import tiktoken


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    import tiktoken
    from llama_index.core.utils import get_tokenizer

    get_tokenizer()  # finds the vocabulary in LlamaIndex's wheel, which tiktoken would download otherwise
    return tiktoken.get_encoding("cl100k_base")


def _load() -> Callable[[str], int]:
    encode = _encoding().encode_ordinary  # "<|endoftext|>" in a document is text like any other
    return lambda text: len(encode(text))


def token_offsets(text: str) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The token ids of a text, and the character position where each token begins; both of shape (tokens,)."""
    encoding = _encoding()
    ids = encoding.encode_ordinary(text)
    return np.array(ids, np.int64), np.array(encoding.decode_with_offsets(ids)[1], np.int32)


# In cl100k's pattern, only runs of white space match a space other than as their first character.
TOKENIZERS.register("cl100k", TokenizerEntry("GPT-4 tokens (cl100k, LlamaIndex's default)", _load, ends_at_spaces=True))

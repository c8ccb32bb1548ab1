"""Frequent English words: those that the built-in model reads as one piece."""

from __future__ import annotations

from functools import lru_cache

from rag_core.text.tokenizers.minilm import word_pieces


@lru_cache(maxsize=1)
def frequent_words() -> frozenset[str]:
    """Some 20,000 words in lower case, names among them."""
    return frozenset(piece for piece in word_pieces().get_vocab() if piece.isalpha() and piece.isascii())

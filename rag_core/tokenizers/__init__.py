"""Tokenizers in which sizes are measured: the same one for all columns of a comparison, and shown."""

from rag_core.tokenizers import cl100k, minilm  # noqa: F401  (one import line registers one tokenizer)
from rag_core.tokenizers.base import (
    DEFAULT_TOKENIZER,
    Tokenizer,
    check_tokenizer,
    get_tokenizer,
    tokenizer_code,
    tokenizer_names,
)
from rag_core.tokenizers.counting import SpanCounts, span_counts

__all__ = [
    "DEFAULT_TOKENIZER",
    "SpanCounts",
    "Tokenizer",
    "check_tokenizer",
    "get_tokenizer",
    "span_counts",
    "tokenizer_code",
    "tokenizer_names",
]

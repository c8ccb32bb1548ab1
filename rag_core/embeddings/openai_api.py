"""Embedding models of OpenAI and of servers of its protocol."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from rag_core.embeddings.base import EmbeddingModel, EmbeddingModelInfo, Role, Tokens, cl100k_tokens, estimate_tokens
from rag_core.embeddings.server_limits import limits_of
from rag_core.embeddings.server_requests import EmbeddingRequests
from rag_core.embeddings.vector_reply import UnusableVectorsError
from rag_core.errors import UserError
from rag_core.servers.addresses import Endpoint, checked_address, checked_key, host_of
from rag_core.servers.credentials import OPENAI_URL
from rag_core.servers.errors import ServerContext, describe_error

# Token limits of one text, from OpenAI's embeddings guide.
_LIMITS = {"text-embedding-3-small": 8191, "text-embedding-3-large": 8191, "text-embedding-ada-002": 8191}
_ALIASES = {"ada-002": "text-embedding-ada-002"}
OPENAI_MODELS = (*_LIMITS, *_ALIASES)


class OpenAIModel(EmbeddingModel):
    """A model on an OpenAI-compatible server. Loading it requests one vector, which tells what is wrong."""

    typical_load_ms = 3_000
    # What a server on a few cores embeds before the timeout.
    batch_tokens = 4096
    batch_texts = 32
    probe_timeout_s = 15.0  # of the request that loads the model
    timeout_s = 120.0
    max_tries = 3

    def __init__(
        self, model: str, *, base_url: str = "", key: str = "", query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        """An empty `base_url` is OpenAI's. Raises UserError where address or key are malformed."""
        super().__init__()
        self._model = _ALIASES.get(model, model)
        self._base_url = checked_address(base_url or OPENAI_URL)
        self._context = ServerContext(self._model, self._base_url, checked_key(key))
        self._prefixes = (query_prefix, passage_prefix)
        self.spec = f"openai:{self._model}"
        self.name = self._model if self._is_openai else f"{self._model} at {host_of(self._base_url)}"
        if self._is_openai:
            self.batch_tokens, self.batch_texts = 100_000, 128  # of at most 300,000 in one request

    @property
    def _is_openai(self) -> bool:
        return self._base_url == OPENAI_URL

    @property
    @override
    def info(self) -> EmbeddingModelInfo:
        dimensions = self._dimensions
        return EmbeddingModelInfo(
            # With the dimensions: cached vectors of a server's former model do not fit its new one. "by index": vectors
            # that were cached before took their texts in whatever order the server had answered.
            fingerprint=f"openai by index/{self._base_url}/{self._model}/{dimensions}/{self._prefixes!r}",
            dimensions=dimensions,
            token_limit=self._requests.limits.text_tokens,
            late_pooling_obstacle="An embedding server returns one vector per text, and none of single tokens.",
            query_prefix=self._prefixes[0],
            passage_prefix=self._prefixes[1],
        )

    @cached_property
    def _dimensions(self) -> int:
        def probe() -> NDArray[np.float32]:
            return self._requests.with_patience(self.probe_timeout_s, max_tries=1).vectors(["dimensions"])

        return int(self._request(probe).shape[1])

    @override
    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions). Raises UserError where the server fails."""
        return self._encode("passage", texts)

    @override
    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions). Raises UserError where the server fails."""
        return self._encode("query", texts)

    def _encode(self, role: Role, texts: list[str]) -> NDArray[np.float32]:
        dimensions = self.info.dimensions
        vectors = self._vectors_of([self._sent(role, text) for text in texts])
        if vectors.shape[1] != dimensions:
            self._failed_s = -math.inf  # may be retried at once
            self._error = UserError(
                f"{self.name} now returns vectors of {vectors.shape[1]:,} dimensions instead of {dimensions:,}: the "
                "server has another model under that name. Try again to use it."
            )
            raise self._error  # from now on, since this object's vectors would not fit each other
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def _vectors_of(self, texts: list[str]) -> NDArray[np.float32]:
        """The server's vectors, all of texts cut to the same limit, which it may only state at the last of them."""
        limits = self._requests.limits
        limit = limits.text_tokens
        vectors = self._request(lambda: self._requests.vectors(texts))
        return vectors if limits.text_tokens == limit else self._vectors_of(texts)

    @override
    def part_read(self, role: Role, text: str) -> str:
        """What is sent of a text, up to the server's token limit."""
        limit = self._requests.limits.text_tokens
        whole = self._sent(role, text)
        return whole if limit is None else _first_tokens(whole, limit)

    def _sent(self, role: Role, text: str) -> str:
        prefix = self._prefixes[0 if role == "query" else 1]
        return (prefix + text).replace("\n", " ")  # as LlamaIndex sends it

    @property
    @override
    def text_tokens(self) -> int | None:
        limit = self.info.token_limit
        return None if limit is None else max(limit - len(cl100k_tokens(self._prefixes[1]).ids), 0)

    @override
    def count_tokens(self, texts: list[str]) -> list[int]:
        return [estimate_tokens(text) for text in texts]

    @override
    def tokenize(self, text: str) -> Tokens:
        """All tokens of the text by cl100k: exact for OpenAI's models, approximate for those of other servers."""
        return cl100k_tokens(text)

    @property
    @override
    def has_own_tokenizer(self) -> bool:
        return self._is_openai

    @property
    @override
    def limit_is_hidden(self) -> bool:
        return self.info.token_limit is None

    @property
    def client_options(self) -> dict[str, str]:
        """Options of LlamaIndex's client: the model's name, and the server's address where it is not OpenAI's."""
        return {"model_name": self._model} | ({} if self._is_openai else {"api_base": self._requests.base})

    @property
    def requires_query(self) -> bool:
        """Whether every request must have a query, for which LlamaIndex's client has no option."""
        return bool(Endpoint(self._base_url, self._model).api_version)

    def _load(self) -> None:
        if self._is_openai and not self._context.key:
            raise UserError(f"{self.name} requires an OpenAI API key: set OPENAI_API_KEY, or type it into the app.")
        _ = self.info

    def _request(self, send: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        try:
            return send()
        except UnusableVectorsError as error:
            message = f"{self._base_url} {error}. Check that {self._model!r} is an embedding model."
        except Exception as error:
            found = describe_error(error, self._context)
            if found is None:
                raise
            message = found
        raise UserError(message)  # out here, so that it has no context: that error's own text may quote the key

    @cached_property
    def _requests(self) -> EmbeddingRequests:
        limits = limits_of(self._base_url, self._model)
        if self._is_openai and limits.text_tokens is None:
            limits.text_tokens = _LIMITS.get(self._model)
        return EmbeddingRequests(
            self._context, limits, _first_tokens, _count, timeout_s=self.timeout_s, max_tries=self.max_tries
        )


def _count(text: str) -> int:
    return len(cl100k_tokens(text).ids)


@lru_cache(maxsize=2048)
def _first_tokens(text: str, count: int) -> str:
    """The text up to that many tokens of cl100k."""
    if len(text.encode("utf-8", "surrogatepass")) <= count:  # a token has at least one byte
        return text
    starts = cl100k_tokens(text).starts
    return text[: starts[count]] if len(starts) > count else text

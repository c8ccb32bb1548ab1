"""Embedding models of OpenAI and of servers of its protocol, through LlamaIndex's package."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from rag_core.embeddings.base import EmbeddingModel, EmbeddingModelInfo, Tokens, cl100k_tokens, estimate_tokens
from rag_core.errors import UserError
from rag_core.servers.addresses import checked_address, checked_key, host_of, strip_environment_headers
from rag_core.servers.credentials import OPENAI_URL, is_default_server
from rag_core.servers.errors import ServerContext, describe_error

if TYPE_CHECKING:
    from llama_index.embeddings.openai import OpenAIEmbedding  # type: ignore[import-untyped]

# Token limits of one text, from OpenAI's embeddings guide.
_LIMITS = {"text-embedding-3-small": 8191, "text-embedding-3-large": 8191, "text-embedding-ada-002": 8191}
_ALIASES = {"ada-002": "text-embedding-ada-002"}
OPENAI_MODELS = (*_LIMITS, *_ALIASES)
_MAX_RETRYING_S = 60  # after this time nothing is tried again
_NO_KEY = "no-key"  # the client requires one; local servers do not


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
        self._key = checked_key(key)
        self._prefixes = (query_prefix, passage_prefix)
        self.spec = f"openai:{self._model}"
        self.name = self._model if self._is_openai else f"{self._model} at {host_of(self._base_url)}"
        if self._is_openai:
            self.batch_tokens, self.batch_texts = 100_000, 128  # of at most 300,000 in one request

    @property
    def _is_openai(self) -> bool:
        return self._base_url == OPENAI_URL

    @cached_property
    @override
    def info(self) -> EmbeddingModelInfo:
        dimensions = self._request(["dimensions"], self._client(self.probe_timeout_s).get_text_embedding_batch).shape[1]
        return EmbeddingModelInfo(
            # With the dimensions: cached vectors of a server's former model do not fit its new one.
            fingerprint=f"openai/{self._base_url}/{self._model}/{dimensions}/{self._prefixes!r}",
            dimensions=dimensions,
            token_limit=_LIMITS.get(self._model) if self._is_openai else None,
            late_pooling_obstacle="An embedding server returns one vector per text, and none of single tokens.",
            query_prefix=self._prefixes[0],
            passage_prefix=self._prefixes[1],
        )

    @override
    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions). Raises UserError where the server fails."""
        return self._encode(self._prefixes[1], texts)

    @override
    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions). Raises UserError where the server fails."""
        return self._encode(self._prefixes[0], texts)

    def _encode(self, prefix: str, texts: list[str]) -> NDArray[np.float32]:
        dimensions = self.info.dimensions
        vectors = self._request([self._truncate(prefix + text) for text in texts], self._send_with_retries)
        if vectors.shape[1] != dimensions:
            self._failed_s = -math.inf  # may be retried at once
            self._error = UserError(
                f"{self.name} now returns vectors of {vectors.shape[1]:,} dimensions instead of {dimensions:,}: the "
                "server has another model under that name. Try again to use it."
            )
            raise self._error  # from now on, since this object's vectors would not fit each other
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0))

    def _truncate(self, text: str) -> str:
        """The text up to the token limit: OpenAI rejects a longer one, where other models truncate it."""
        limit = self.info.token_limit
        text = text.replace("\n", " ")  # as LlamaIndex sends it
        if limit is None or len(text.encode("utf-8", "surrogatepass")) <= limit:  # a token has at least one byte
            return text
        starts = cl100k_tokens(text).starts
        return text[: starts[limit]] if len(starts) > limit else text

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
    def client_options(self) -> dict[str, str]:
        """Options of LlamaIndex's client: the model's name, and the server's address where it is not OpenAI's."""
        return {"model_name": self._model} | ({} if self._is_openai else {"api_base": self._base_url})

    def _load(self) -> None:
        if self._is_openai and not self._key:
            raise UserError(f"{self.name} requires an OpenAI API key: set OPENAI_API_KEY, or type it into the app.")
        _ = self.info

    def _request(self, texts: list[str], send: Callable[[list[str]], list[list[float]]]) -> NDArray[np.float32]:
        try:
            found = send(texts)
            vectors = np.array(found, np.float32)
        except Exception as error:
            message = describe_error(error, ServerContext(self._model, self._base_url, self._key))
            if message is None:
                raise
        else:
            if vectors.ndim == 2 and vectors.shape[1] and len(vectors) == len(texts) and np.isfinite(vectors).all():
                return vectors
            wrong_count = f"returned {len(found):,} vectors instead of {len(texts):,}"
            problem = wrong_count if len(found) != len(texts) else "returned vectors that are not all finite numbers"
            message = f"{self._base_url} {problem}. Check that {self._model!r} is an embedding model."
        raise UserError(message)  # out here, so that it has no context: that error's own text may quote the key

    @cached_property
    def _send_with_retries(self) -> Callable[[list[str]], list[list[float]]]:
        """Sends a request, and again after a while where that may help."""
        from llama_index.embeddings.openai.utils import create_retry_decorator  # type: ignore[import-untyped]

        retry = create_retry_decorator(
            self.max_tries,
            random_exponential=True,
            stop_after_delay_seconds=_MAX_RETRYING_S,
            min_seconds=1,
            max_seconds=20,
        )
        send: Callable[[list[str]], list[list[float]]] = retry(self._client(self.timeout_s).get_text_embedding_batch)
        return send

    def _client(self, timeout_s: float) -> OpenAIEmbedding:
        import httpx
        from llama_index.embeddings.openai import OpenAIEmbedding

        # It logs the server's answer before each retry, and an answer can contain the key.
        logging.getLogger("llama_index.embeddings.openai.utils").setLevel(logging.ERROR)
        # The client's own retries are two nested loops: twelve requests instead of three.
        options: dict[str, Any] = {"timeout": timeout_s, "max_retries": 0, "embed_batch_size": self.batch_texts}
        if not is_default_server(self._base_url):
            hooks = {"request": [strip_environment_headers]}
            options["http_client"] = httpx.Client(event_hooks=hooks, follow_redirects=True)
        return OpenAIEmbedding(model_name=self._model, api_base=self._base_url, api_key=self._key or _NO_KEY, **options)

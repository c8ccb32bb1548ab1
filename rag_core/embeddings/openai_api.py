"""Embeddings of OpenAI, and of servers that speak its protocol, through LlamaIndex's package."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag_core.embeddings.base import EmbeddingModel, EmbeddingModelInfo, Tokens, cl100k_tokens, estimate_tokens
from rag_core.errors import UserError
from rag_core.servers.addresses import checked_address, checked_key, host_of, strip_environment_headers
from rag_core.servers.credentials import OPENAI_URL, is_default_server
from rag_core.servers.errors import ServerContext, readable

if TYPE_CHECKING:
    from llama_index.embeddings.openai import OpenAIEmbedding  # type: ignore[import-untyped]

# Tokens of one text, from OpenAI's embeddings guide.
_LIMITS = {"text-embedding-3-small": 8191, "text-embedding-3-large": 8191, "text-embedding-ada-002": 8191}
_ALIASES = {"ada-002": "text-embedding-ada-002"}
OPENAI_MODELS = (*_LIMITS, *_ALIASES)
_MAX_RETRYING_S = 60  # after this time nothing is tried again
_NO_KEY = "no-key"  # the client insists on one; servers on one's own machine want none


class OpenAIModel(EmbeddingModel):
    """A model behind an OpenAI-compatible server; `_load` asks it for one vector, and so finds out what is wrong."""

    typical_load_ms = 3_000
    # What a server on a few cores embeds within the time limit.
    batch_tokens = 4096
    batch_texts = 32
    probe_timeout_s = 15.0  # of the request that loads the model
    timeout_s = 120.0
    max_tries = 3

    def __init__(
        self, model: str, *, base_url: str = "", key: str = "", query_prefix: str = "", passage_prefix: str = ""
    ) -> None:
        """`base_url` ends in /v1, usually; without one it is OpenAI's own.

        Raises UserError where that is no address, or the key cannot be one.
        """
        super().__init__()
        self._model = _ALIASES.get(model, model)
        self._base_url = checked_address(base_url or OPENAI_URL)
        self._key = checked_key(key)
        self._prefixes = (query_prefix, passage_prefix)
        self.spec = f"openai:{self._model}"
        self.name = self._model if self._is_openai else f"{self._model} at {host_of(self._base_url)}"
        if self._is_openai:
            self.batch_tokens, self.batch_texts = 100_000, 128  # of 300,000 that it takes in one request

    @property
    def _is_openai(self) -> bool:
        return self._base_url == OPENAI_URL

    @cached_property
    def info(self) -> EmbeddingModelInfo:
        """See EmbeddingModel."""
        dimensions = self._asked(["dimensions"], self._client(self.probe_timeout_s).get_text_embedding_batch).shape[1]
        return EmbeddingModelInfo(
            # With the dimensions: what is kept on disk of a server's former model does not fit its new one.
            fingerprint=f"openai/{self._base_url}/{self._model}/{dimensions}/{self._prefixes!r}",
            dimensions=dimensions,
            token_limit=_LIMITS.get(self._model) if self._is_openai else None,
            late_pooling_obstacle="A server for embeddings gives one vector a text, and none of single tokens.",
            query_prefix=self._prefixes[0],
            passage_prefix=self._prefixes[1],
        )

    def encode_passages(self, texts: list[str]) -> NDArray[np.float32]:
        """See EmbeddingModel. Raises UserError where the server fails."""
        return self._encode(self._prefixes[1], texts)

    def encode_queries(self, texts: list[str]) -> NDArray[np.float32]:
        """See EmbeddingModel. Raises UserError where the server fails."""
        return self._encode(self._prefixes[0], texts)

    def _encode(self, prefix: str, texts: list[str]) -> NDArray[np.float32]:
        dimensions = self.info.dimensions
        vectors = self._asked([self._within_limit(prefix + text) for text in texts], self._patient)
        if vectors.shape[1] != dimensions:
            self._failed_s = -math.inf  # nothing to wait for
            self._error = UserError(
                f"{self.name} now gives vectors of {vectors.shape[1]:,} numbers, and gave {dimensions:,} before: "
                "another model stands behind the name. Ask again to start anew with that one."
            )
            raise self._error  # from now on: this object's vectors would not fit each other
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0))

    def _within_limit(self, text: str) -> str:
        """What the model reads of it: OpenAI refuses a longer text, where other models drop the rest."""
        limit = self.info.token_limit
        text = text.replace("\n", " ")  # as LlamaIndex sends it
        if limit is None or len(text.encode("utf-8", "surrogatepass")) <= limit:  # a token has a byte or more
            return text
        starts = cl100k_tokens(text).starts
        return text[: starts[limit]] if len(starts) > limit else text

    @property
    def text_tokens(self) -> int | None:
        """See EmbeddingModel."""
        limit = self.info.token_limit
        return None if limit is None else max(limit - len(cl100k_tokens(self._prefixes[1]).ids), 0)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """See EmbeddingModel."""
        return [estimate_tokens(text) for text in texts]

    def tokenize(self, text: str) -> Tokens:
        """See EmbeddingModel; in cl100k, which is OpenAI's; for other servers' models the nearest that can be had."""
        return cl100k_tokens(text)

    @property
    def client_options(self) -> dict[str, str]:
        """Options of LlamaIndex's client: the model's name, and the server's address where it is not OpenAI's."""
        return {"model_name": self._model} | ({} if self._is_openai else {"api_base": self._base_url})

    def _load(self) -> None:
        if self._is_openai and not self._key:
            raise UserError(f"{self.name} needs an OpenAI key: set OPENAI_API_KEY, or type it into the app.")
        _ = self.info

    def _asked(self, texts: list[str], ask: Callable[[list[str]], list[list[float]]]) -> NDArray[np.float32]:
        try:
            found = ask(texts)
            vectors = np.array(found, np.float32)
        except Exception as error:
            message = readable(error, ServerContext(self._model, self._base_url, self._key))
            if message is None:
                raise
        else:
            if vectors.ndim == 2 and vectors.shape[1] and len(vectors) == len(texts) and np.isfinite(vectors).all():
                return vectors
            short = f"was asked for {len(texts):,} vectors and gave {len(found):,}"
            wrong = short if len(found) != len(texts) else "gave vectors that are not all numbers"
            message = f"{self._base_url} {wrong}. Check that {self._model!r} is a model for embeddings."
        raise UserError(message)  # out here, where it has no context: that error's own text may quote the key

    @cached_property
    def _patient(self) -> Callable[[list[str]], list[list[float]]]:
        """Asks again after a while where that may help."""
        from llama_index.embeddings.openai.utils import create_retry_decorator  # type: ignore[import-untyped]

        again = create_retry_decorator(
            self.max_tries,
            random_exponential=True,
            stop_after_delay_seconds=_MAX_RETRYING_S,
            min_seconds=1,
            max_seconds=20,
        )
        ask: Callable[[list[str]], list[list[float]]] = again(self._client(self.timeout_s).get_text_embedding_batch)
        return ask

    def _client(self, timeout_s: float) -> OpenAIEmbedding:
        import httpx
        from llama_index.embeddings.openai import OpenAIEmbedding

        # It logs what the server answered before each new try, and a server can answer with the key.
        logging.getLogger("llama_index.embeddings.openai.utils").setLevel(logging.ERROR)
        # Its own retries are two loops, one in the other: twelve requests for three.
        options: dict[str, Any] = {"timeout": timeout_s, "max_retries": 0, "embed_batch_size": self.batch_texts}
        if not is_default_server(self._base_url):
            hooks = {"request": [strip_environment_headers]}
            options["http_client"] = httpx.Client(event_hooks=hooks, follow_redirects=True)
        return OpenAIEmbedding(model_name=self._model, api_base=self._base_url, api_key=self._key or _NO_KEY, **options)

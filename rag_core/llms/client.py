"""Chat models of OpenAI and of servers of its protocol, through LlamaIndex's packages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import cached_property, lru_cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from rag_core import settings
from rag_core.llms.base import ChatModel, Delta, LlmError, Usage
from rag_core.llms.choice import OPENAI, LlmChoice
from rag_core.llms.model_list import fetch_model_list, model_names
from rag_core.llms.server_errors import llm_error
from rag_core.llms.stream_accumulator import StreamAccumulator
from rag_core.llms.unsupported_options import RequestOptions
from rag_core.servers.addresses import Endpoint, host_of
from rag_core.servers.closing import closing_responses
from rag_core.servers.credentials import OPENAI_URL
from rag_core.servers.errors import ServerContext

if TYPE_CHECKING:
    from llama_index.llms.openai import OpenAI

    from rag_core.servers.http import AsyncServerClient

_NO_KEY = "no-key"  # the client requires one; the real key is put into requests as they are sent
_DEFAULT_CONTEXT_TOKENS = 4096
_MAX_NAME_CHARACTERS = 100


class OpenAIChat(ChatModel):
    """A model on an OpenAI-compatible server. It connects when it is called, in the event loop of `loop`."""

    list_timeout_s = 3.0  # of the request for the names of the server's models

    def __init__(self, choice: LlmChoice, key: str) -> None:
        """`choice` is checked already; its address is not empty."""
        self.choice = choice
        self.model = choice.model
        self.base_url = choice.base_url
        self.name = self.model if self._is_openai else f"{self.model} at {host_of(self.base_url)}"
        self.answer_tokens = choice.answer_tokens
        self.identity = f"{self.base_url} {self.model} {choice.temperature:g} {self.answer_tokens}"
        self._context = ServerContext(
            self.model, self.base_url, key, "language model", settings.LLM_API_KEY.name, settings.LLM_BASE_URL.name
        )
        self._options = RequestOptions()
        self._reached = False

    @property
    def _is_openai(self) -> bool:
        return self.base_url == OPENAI_URL

    @cached_property
    def context_tokens(self) -> int:  # type: ignore[override]  # determined when first needed
        """The chosen context window, else the one that LlamaIndex knows of OpenAI's models, else 4,096."""
        return self._known_context_tokens or _DEFAULT_CONTEXT_TOKENS

    @property
    def context_is_known(self) -> bool:
        """Whether the context window was chosen, or is a known model's."""
        return self._known_context_tokens > 0

    @property
    def _known_context_tokens(self) -> int:
        if self.choice.context_tokens or self.choice.provider != OPENAI:
            return self.choice.context_tokens
        return _openai_models().get(self.model, 0)

    @override
    def count_tokens(self, text: str) -> int:
        from rag_core.text.tokenizers import get_tokenizer

        return get_tokenizer("cl100k").count(text)

    @override
    async def stream(self, prompt: str, max_tokens: int | None = None) -> AsyncIterator[Delta]:
        received = StreamAccumulator(max_tokens or self.answer_tokens, self._context.key, self.count_tokens)
        problem: LlmError | None = None
        try:
            async with aclosing(self._parts(prompt, max_tokens or self.answer_tokens)) as parts:
                async for part in parts:
                    if text := received.take(part):
                        yield Delta(text)
                    if received.full:
                        break
        except LlmError as error:
            problem = error
        except Exception as error:
            problem = self._error(error)
        if rest := received.rest():
            yield Delta(rest)
        if problem is None or received.ended:
            problem = received.problem(self.base_url)
        if problem is not None:
            raise problem  # out here, so that it has no context: that error's own text may quote the key
        yield Delta(usage=received.usage or Usage(1, None, None), cut=received.cut)

    @override
    async def complete(self, prompt: str, max_tokens: int | None = None) -> tuple[str, Usage]:
        """The whole answer, streamed too: only that tells a slow server from one that hangs. Raises LlmError."""
        texts, usage = [], Usage(1, None, None)
        async for piece in self.stream(prompt, max_tokens):
            texts.append(piece.text)
            usage = piece.usage or usage
        return "".join(texts), usage

    async def list_models(self) -> list[str]:
        """The names of the server's models; empty if it does not list them."""
        await asyncio.to_thread(lambda: self._llm)
        try:
            async with asyncio.timeout(self.list_timeout_s):
                names = model_names(await fetch_model_list(self._http, self._http.route.base))
        except Exception:  # any error only makes another message shorter
            return []
        return [_display_name(name, self._context.key) for name in names]

    async def _parts(self, prompt: str, max_tokens: int) -> AsyncGenerator[Any, None]:
        """The parts of the answer. Each must come before the timeout, whatever else the server sends meanwhile."""
        await asyncio.to_thread(lambda: self._llm)  # imports take seconds, while other answers stream
        async with closing_responses():
            async with asyncio.timeout(self.choice.timeout_s):
                answer, part = await self._options.send(partial(self._first, prompt), max_tokens)
            while part is not None:
                self._reached = True
                yield part
                async with asyncio.timeout(self.choice.timeout_s):
                    part = await anext(answer, None)

    async def _first(self, prompt: str, options: dict[str, Any]) -> tuple[Any, Any]:
        """The stream and its first part, which tells that the server accepts the options."""
        answer = await self._llm.astream_chat(_messages(prompt), **options)
        return answer, await anext(answer, None)

    def _error(self, error: Exception) -> LlmError:
        found = llm_error(error, self._context, self.choice.timeout_s, reached=self._reached)
        if found is None:
            raise error
        return found

    @cached_property
    def _llm(self) -> OpenAI:
        from llama_index.llms.openai import OpenAI
        from llama_index.llms.openai.utils import is_chatcomp_api_supported
        from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

        if not is_chatcomp_api_supported(self.model):
            raise LlmError(
                f"{self.model} requires OpenAI's Responses API, which is not supported. Choose another model.",
                fatal=True,
            )
        options: dict[str, Any] = {
            "model": self.model,
            "api_base": self._http.route.base,
            "api_key": _NO_KEY,
            "temperature": self.choice.temperature,
            "timeout": self.choice.timeout_s,
            "max_retries": 0,
            "async_http_client": self._http,
        }
        # OpenAI's class accepts only model names that it knows.
        known = self._is_openai and self.model in _openai_models()
        llm: OpenAI = OpenAI(**options) if known else OpenAILike(is_chat_model=True, **options)
        return llm

    @cached_property
    def _http(self) -> AsyncServerClient:
        from rag_core.servers.http import AsyncServerClient

        return AsyncServerClient(Endpoint(self.base_url, self.model), self._context.key, self.choice.timeout_s)


@lru_cache(maxsize=1)
def load_in_background() -> None:
    """Begin to import the slowest module that the first request needs.

    Only one of OpenAI's package: LlamaIndex's modules import each other, and two threads must not import them at once.
    """
    name = "openai.resources.chat"
    threading.Thread(target=import_module, args=[name], name="load-chat-client", daemon=True).start()


def _display_name(name: str, key: str) -> str:
    """A model's name from its server, without the key, which a server could put there."""
    return (name.replace(key, "…") if key else name)[:_MAX_NAME_CHARACTERS]


def _messages(prompt: str) -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role="user", content=prompt)]


def _openai_models() -> dict[str, int]:
    from llama_index.llms.openai.utils import CHAT_MODELS

    models: dict[str, int] = CHAT_MODELS
    return models

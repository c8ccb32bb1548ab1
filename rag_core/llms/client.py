"""Chat models of OpenAI and of servers of its protocol, with what LlamaIndex knows of their models."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from functools import cached_property, lru_cache
from importlib import import_module
from typing import Any

from typing_extensions import override

from rag_core import settings
from rag_core.llms.base import ChatModel, ContextWindowError, Delta, LlmError, Usage
from rag_core.llms.chat_requests import ChatRequests
from rag_core.llms.choice import OPENAI, LlmChoice
from rag_core.llms.event_stream import DONE
from rag_core.llms.message import Prompt
from rag_core.llms.model_facts import facts_of
from rag_core.llms.model_list import fetch_model_list, model_names
from rag_core.llms.server_errors import llm_error
from rag_core.llms.stream_accumulator import StreamAccumulator
from rag_core.llms.window_lookup import look_up_window
from rag_core.llms.window_refusal import Refusal, refusal_of
from rag_core.servers.addresses import Endpoint, host_of
from rag_core.servers.credentials import OPENAI_URL
from rag_core.servers.errors import ServerContext

_DEFAULT_CONTEXT_TOKENS = 4096
_MAX_NAME_CHARACTERS = 100
_MIN_STEP = 1.2  # by which the estimate of tokens grows where a prompt was refused that should have fitted


class OpenAIChat(ChatModel):
    """A model on an OpenAI-compatible server. It connects when it is called, in the event loop of `loop`."""

    list_timeout_s = 3.0  # of the request for the names of the server's models
    lookup_timeout_s = 1.5  # of the requests for its context window

    def __init__(self, choice: LlmChoice, key: str) -> None:
        """`choice` is checked already; its address is not empty."""
        self.choice = choice
        self.model = choice.model
        self.base_url = choice.base_url
        self.name = self.model if self._is_openai else f"{self.model} at {host_of(self.base_url)}"
        self.answer_tokens = choice.answer_tokens
        temperature = "unset" if choice.temperature is None else f"{choice.temperature:g}"
        self._answers_as = f"{self.base_url} {self.model} {temperature}"
        self.identity = f"{self._answers_as} {self.answer_tokens}"
        self._context = ServerContext(
            self.model, self.base_url, key, "language model", settings.LLM_API_KEY.name, settings.LLM_BASE_URL.name
        )
        self._facts = facts_of(self.base_url, self.model)
        self._reached = False

    @property
    @override
    def answers_as(self) -> str:
        return self._answers_as

    @property
    def _is_openai(self) -> bool:
        return self.base_url == OPENAI_URL

    @property
    def context_tokens(self) -> int:  # type: ignore[override]  # it changes when the server tells another
        """The chosen context window, else the one that the server told, else that of OpenAI's model, or 4,096.

        A window that the server named when it refused a prompt limits the chosen one.
        """
        known, refused = self._known_context_tokens, self._refused_window
        if refused is None:
            return known or _DEFAULT_CONTEXT_TOKENS
        return min(self.choice.context_tokens or refused, refused)

    @property
    @override
    def context_setting(self) -> int:
        return self.choice.context_tokens

    @property
    def context_is_known(self) -> bool:
        """Whether the context window was chosen, was told by the server, or is a known model's."""
        return self._known_context_tokens > 0 or self._refused_window is not None

    @property
    def _refused_window(self) -> int | None:
        return self._facts.refused_windows.get(self.choice.context_tokens)

    @property
    def _known_context_tokens(self) -> int:
        told = self.choice.context_tokens or self._facts.window_tokens
        if told or self.choice.provider != OPENAI:
            return told or 0
        return _openai_models().get(self.model, 0)

    @property
    def token_ratio(self) -> float:  # type: ignore[override]
        """As the last refusal of a prompt has it; at least 1."""
        return self._facts.token_ratio

    @override
    async def learn_window(self) -> None:
        """Ask once, and not where the window was chosen or is known of OpenAI's models."""
        async with self._facts.asking:
            if self.context_is_known or self._is_openai or self._facts.was_asked:
                return
            http = await asyncio.to_thread(lambda: self._requests.http)
            self._facts.window_tokens = await look_up_window(http, self.model, self.lookup_timeout_s)
            self._facts.was_asked = True

    @override
    def forget_window(self) -> None:
        self._facts.forget_window()

    @override
    def count_tokens(self, text: str) -> int:
        from rag_core.text.tokenizers import get_tokenizer

        return get_tokenizer("cl100k").count(text)

    @override
    def stream(self, prompt: str, max_tokens: int | None = None) -> AsyncIterator[Delta]:
        return self._stream(Prompt(prompt), max_tokens or self.answer_tokens)

    @override
    def stream_about(self, images: Sequence[bytes], prompt: str, max_tokens: int) -> AsyncIterator[Delta]:
        return self._stream(Prompt(prompt, tuple(images)), max_tokens)

    async def _stream(self, prompt: Prompt, limit: int) -> AsyncIterator[Delta]:
        received = StreamAccumulator(limit, self._context.key, self.count_tokens, hold=self._facts.reasons_unopened)
        problem: LlmError | None = None
        common = await asyncio.to_thread(self._facts.prompts.add, prompt.text)
        try:
            async with aclosing(self._events(prompt, limit)) as events:
                async for event in events:
                    received.is_done = received.is_done or event == DONE
                    delta = received.take(event) if event != DONE else None
                    self._reached = self._reached or received.answered
                    if delta:
                        yield delta
                    if received.full:
                        break
        except LlmError as error:
            problem = error
        except Exception as error:
            problem = await asyncio.to_thread(self._error, error, prompt, limit)
        if (rest := received.rest()) != Delta():  # an empty one would look like the beginning of an answer
            yield rest
        if received.reasons_unopened or received.answers_at_once:
            self._facts.reasons_unopened = received.reasons_unopened
        if problem is None or received.ended:
            problem = received.problem(self.base_url)
        if problem is not None:
            raise problem  # out here, so that it has no context: that error's own text may quote the key
        notes = await asyncio.to_thread(self._cut_notes, prompt, received, common)
        yield Delta(usage=received.usage or Usage(1, None, None), cut=received.cut, notes=notes)

    async def list_models(self) -> list[str]:
        """The names of the server's models; empty if it does not list them."""
        http = await asyncio.to_thread(lambda: self._requests.http)
        try:
            async with asyncio.timeout(self.list_timeout_s):
                names = model_names(await fetch_model_list(http, http.route.base))
        except Exception:  # any error only makes another message shorter
            return []
        return [_display_name(name, self._context.key) for name in names]

    def _events(self, prompt: Prompt, max_tokens: int) -> AsyncGenerator[Any]:
        from llama_index.llms.openai.utils import O1_MODELS, is_chatcomp_api_supported

        if not is_chatcomp_api_supported(self.model):
            raise LlmError(
                f"{self.model} requires OpenAI's Responses API, which is not supported. Choose another model.",
                fatal=True,
            )
        reasons = self._is_openai and self.model in O1_MODELS  # and accepts no temperature
        options: dict[str, Any] = {"stream_options": {"include_usage": True}}
        options["max_completion_tokens" if reasons else "max_tokens"] = max_tokens
        if self.choice.temperature is not None and not reasons:
            options["temperature"] = self.choice.temperature
        return self._requests.events(
            {"model": self.model, "messages": [{"role": "user", "content": prompt.content}]}, options
        )

    def _error(self, error: Exception, prompt: Prompt, max_tokens: int) -> LlmError:
        import openai

        found = llm_error(error, self._context, self.choice.timeout_s, reached=self._reached)
        if found is None:
            raise error
        refusal = refusal_of(error) if isinstance(error, openai.APIError) else None
        if refusal is None or prompt.images:  # how many tokens an image has, only the server knows
            return found
        return ContextWindowError(str(found), self._learned(refusal, prompt.text, max_tokens), status=found.status)

    def _learned(self, refusal: Refusal, prompt: str, max_tokens: int) -> str:
        """What a refused prompt teaches about the window, for the user, after it is noted."""
        sent, before = self.count_tokens(prompt), self.context_tokens
        window = refusal.window_tokens or max(sent + max_tokens - (refusal.excess_tokens or 0), 1)
        self._facts.refused_windows[self.choice.context_tokens] = window
        if refusal.prompt_tokens or window >= before:  # else it is no wonder that the prompt did not fit
            counted = refusal.prompt_tokens or round(_MIN_STEP * sent * self.token_ratio)
            self._facts.token_ratio = max(counted / max(sent, 1), self.token_ratio)
        return (
            f"{self.name} refused a prompt of {refusal.prompt_tokens or sent:,} tokens, since its context window has "
            f"{window:,} tokens."
        )

    def _cut_notes(self, prompt: Prompt, received: StreamAccumulator, common: int) -> tuple[str, ...]:
        """Says so where the server has read less than what was sent."""
        counted = received.usage.prompt_tokens if received.usage else None
        if counted is None or prompt.images:  # their tokens are counted too
            return ()
        sent = self._facts.prompts.sent_if_cut(prompt.text, counted, received.cached_tokens, common, self.count_tokens)
        if sent is None:
            return ()
        return (
            f"{self.name} counts {counted:,} tokens in the prompt, and about {sent:,} were sent: the prompt was cut. "
            "Give the server a larger context window (Ollama: num_ctx or OLLAMA_CONTEXT_LENGTH; llama.cpp: -c), or "
            "enter the one that it has where you chose the model.",
        )

    @cached_property
    def _requests(self) -> ChatRequests:
        return ChatRequests(
            Endpoint(self.base_url, self.model), self._context.key, self.choice.timeout_s, self._facts.refused_options
        )


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


def _openai_models() -> dict[str, int]:
    from llama_index.llms.openai.utils import CHAT_MODELS

    models: dict[str, int] = CHAT_MODELS
    return models

"""Chat models of OpenAI, and of servers that speak its protocol, through LlamaIndex's packages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag_core.llms.base import ChatModel, LlmError, Piece, Usage
from rag_core.llms.choice import LlmChoice
from rag_core.llms.refusals import Options
from rag_core.llms.thinking import Unthought
from rag_core.llms.trouble import llm_error
from rag_core.servers.addresses import host_of, without_made_headers
from rag_core.servers.environment import LLM_KEY_VARIABLE, LLM_URL_VARIABLE, OPENAI_URL, is_environments
from rag_core.servers.errors import Asked

if TYPE_CHECKING:
    import httpx
    from llama_index.llms.openai import OpenAI  # type: ignore[import-untyped]

_NO_KEY = "no-key"  # the client insists on one; servers on one's own machine want none
_USUAL_CONTEXT_TOKENS = 4096
# No language has longer words on average; a server that does not count what it was asked for is stopped here.
_LETTERS_PER_TOKEN, _LETTERS_MORE = 12, 500
_LOCAL = ("localhost", "127.", "[::1]")


class OpenAIChat(ChatModel):
    """A model behind an OpenAI-compatible server. It connects when it is asked, in the loop of `loop`."""

    def __init__(self, choice: LlmChoice, key: str) -> None:
        """`choice` is checked already; its address is not empty."""
        self.choice = choice
        self.model = choice.model
        self.base_url = choice.base_url
        self.name = self.model if self._is_openai else f"{self.model} at {host_of(self.base_url)}"
        self.answer_tokens = choice.answer_tokens
        self.identity = f"{self.base_url} {self.model} {choice.temperature:g} {self.answer_tokens}"
        self._asked = Asked(
            self.model, self.base_url, key, "language model", LLM_KEY_VARIABLE, f"{LLM_URL_VARIABLE} to the address"
        )
        self._options = Options()

    @property
    def _is_openai(self) -> bool:
        return self.base_url == OPENAI_URL

    @cached_property
    def context_tokens(self) -> int:  # type: ignore[override]  # found out when it is first wanted
        """As chosen; else as LlamaIndex knows of OpenAI's models, else 4,096."""
        known = _openai_models().get(self.model, 0) if self._is_openai else 0
        return self.choice.context_tokens or known or _USUAL_CONTEXT_TOKENS

    def count_tokens(self, text: str) -> int:
        """See ChatModel."""
        from rag_core.tokenizers import get_tokenizer

        return get_tokenizer("cl100k").count(text)

    async def stream(self, prompt: str, most_tokens: int | None = None) -> AsyncIterator[Piece]:
        """See ChatModel."""
        most = most_tokens or self.answer_tokens
        left, unthought, usage, ended = most * _LETTERS_PER_TOKEN + _LETTERS_MORE, Unthought(), None, ""
        problem: LlmError | None = None
        try:
            answer = await self._begun(prompt, most)
            async for part in answer:
                usage = _usage_of(part.raw) or usage
                ended = _end_of(part.raw) or ended
                text = unthought.shown(part.delta or "")[:left]
                left -= len(text)
                if text:
                    yield Piece(text)
                if left <= 0:
                    ended = "length"
                    await answer.aclose()
                    break
        except Exception as error:
            problem = self._error(error)
        if problem is None and not ended:
            problem = self._unfinished(usage is None and not unthought.came)
        if problem is not None:
            raise problem  # out here, where it has no context: that error's own text may quote the key
        if rest := unthought.rest()[:left]:
            yield Piece(rest)
        yield Piece(usage=usage or Usage(1, None, None), cut=ended == "length")

    async def complete(self, prompt: str, most_tokens: int | None = None) -> tuple[str, Usage]:
        """See ChatModel."""
        problem: LlmError | None = None
        try:
            answer = await self._options.tried(self._complete, prompt, most_tokens or self.answer_tokens)
            unthought = Unthought()
            text = unthought.shown(answer.message.content or "") + unthought.rest()
            return text, _usage_of(answer.raw) or Usage(1, None, None)
        except Exception as error:
            problem = self._error(error)
        raise problem

    async def _begun(self, prompt: str, most_tokens: int) -> Any:
        """The stream, with its first part already there: only then is it known that the server takes the options."""
        return await self._options.tried(self._first, prompt, most_tokens)

    async def _first(self, prompt: str, options: dict[str, Any]) -> Any:
        answer = await self._llm.astream_chat(_messages(prompt), **options)
        try:
            first = await anext(answer)
        except StopAsyncIteration:
            return answer
        return _Resumed(first, answer)

    async def _complete(self, prompt: str, options: dict[str, Any]) -> Any:
        options = {name: value for name, value in options.items() if name != "stream_options"}
        return await self._llm.achat(_messages(prompt), **options)

    def _error(self, error: Exception) -> LlmError:
        found = llm_error(error, self._asked, self.choice.timeout_s)
        if found is None:
            raise error
        return found

    def _unfinished(self, nothing_came: bool) -> LlmError:
        if nothing_came:
            wrong = "did not answer as OpenAI's protocol says. Check the address; it usually ends in /v1."
            return LlmError(f"{self.base_url} {wrong}")
        return LlmError(
            f"The connection to {self.base_url} was cut in the middle of its answer. Try again.", may_pass=True
        )

    @cached_property
    def _llm(self) -> OpenAI:
        from llama_index.llms.openai import OpenAI
        from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

        options: dict[str, Any] = {
            "model": self.model,
            "api_base": self.base_url,
            "api_key": self._asked.key or _NO_KEY,
            "temperature": self.choice.temperature,
            "timeout": self.choice.timeout_s,
            "max_retries": 0,
            "async_http_client": self._http_client(),
        }
        # OpenAI's class takes none but the names that it knows.
        if self._is_openai and self.model in _openai_models():
            return OpenAI(**options)
        return OpenAILike(context_window=self.context_tokens, is_chat_model=True, **options)

    def _http_client(self) -> httpx.AsyncClient:
        import httpx

        async def strip(request: httpx.Request) -> None:
            without_made_headers(request)

        hooks = {} if is_environments(self.base_url) else {"request": [strip]}
        proxied = not host_of(self.base_url).startswith(_LOCAL)
        return httpx.AsyncClient(event_hooks=hooks, follow_redirects=True, trust_env=proxied)  # type: ignore[arg-type]


class _Resumed:
    """A stream whose first part was taken already."""

    def __init__(self, first: Any, rest: Any) -> None:
        self._first, self._rest = [first], rest

    def __aiter__(self) -> _Resumed:
        return self

    async def __anext__(self) -> Any:
        return self._first.pop() if self._first else await anext(self._rest)

    async def aclose(self) -> None:
        await self._rest.aclose()


def _messages(prompt: str) -> list[Any]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role="user", content=prompt)]


def _openai_models() -> dict[str, int]:
    from llama_index.llms.openai.utils import CHAT_MODELS

    models: dict[str, int] = CHAT_MODELS
    return models


def _usage_of(raw: Any) -> Usage | None:
    usage = getattr(raw, "usage", None)
    counted = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
    if usage is None or not all(isinstance(count, int) for count in counted):
        return None
    return Usage(1, *counted)


def _end_of(raw: Any) -> str:
    choices = getattr(raw, "choices", None) or []
    return str(getattr(choices[0], "finish_reason", "") or "") if choices else ""

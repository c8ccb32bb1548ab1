"""Requests for chat completions to one server, with OpenAI's client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag_core.llms.event_stream import events_of
from rag_core.llms.window_refusal import is_too_long
from rag_core.servers.refused_options import RefusedOptions

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from rag_core.servers.addresses import Endpoint
    from rag_core.servers.http import ServerClient

_NO_KEY = "no-key"  # the client requires one; the real key is put into requests as they are sent


class ChatRequests:
    """Sends requests to a server with a key, without the options that it has refused for the model."""

    def __init__(self, endpoint: Endpoint, key: str, timeout_s: float, refused: RefusedOptions) -> None:
        self._endpoint, self._key, self._timeout_s = endpoint, key, timeout_s
        self._refused = refused

    async def events(self, request: dict[str, Any], options: dict[str, Any]) -> AsyncGenerator[Any]:
        """The events of an answer. Each must come before the timeout, whatever else the server sends meanwhile.

        The request is repeated without options that the server refuses.
        """
        await asyncio.to_thread(lambda: self._client)  # imports take seconds, while other answers stream
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(self._timeout_s):
                events, event = await self._first(request, options, stack)
            while event is not None:
                yield event
                async with asyncio.timeout(self._timeout_s):
                    event = await anext(events, None)

    async def _first(
        self, request: dict[str, Any], options: dict[str, Any], stack: AsyncExitStack
    ) -> tuple[AsyncGenerator[Any], Any]:
        """The events and the first of them, which tells that the server accepts the options."""
        import openai

        trial = self._refused.trial({"stream": True, **options})
        while True:
            sent = {**request, **trial.options}
            if "stream" not in sent:
                sent.pop("stream_options", None)  # it is an error without the other
            try:
                call = self._client.chat.completions.with_streaming_response.create(**sent)
                events = events_of(await stack.enter_async_context(call))
                first = await anext(events, None)
            except openai.APIError as error:  # under another status too: some servers stream it
                if is_too_long(error) or not trial.leave_out(error):
                    raise
            else:
                trial.settle()
                return events, first

    @cached_property
    def http(self) -> ServerClient:
        """The client that knows the key."""
        from rag_core.servers.http import ServerClient

        return ServerClient(self._endpoint, self._key, self._timeout_s)

    @cached_property
    def _client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        base = self.http.route.base
        return AsyncOpenAI(
            api_key=_NO_KEY, base_url=base, timeout=self._timeout_s, max_retries=0, http_client=self.http
        )

"""The events of a stream are read in every form in which servers send them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest

from rag_core.llms.event_stream import DONE, events_of
from rag_core.servers import loop

ONE, TWO = '{"choices": [{"delta": {"content": "Otters"}}]}', '{"choices": [{"delta": {"content": " eat"}}]}'
EVENTS = [{"choices": [{"delta": {"content": text}}]} for text in ("Otters", " eat")]


class Sent:
    """A response of a server, in pieces of seven bytes."""

    http_request = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")

    def __init__(self, text: str, kind: str) -> None:
        self.headers = {"content-type": kind}
        self._content = text.encode()

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 7):
            yield self._content[start : start + 7]


async def _events(text: str, kind: str) -> list[Any]:
    return [event async for event in events_of(Sent(text, kind))]


def events(text: str, kind: str = "text/event-stream") -> list[Any]:
    return loop.run(_events(text, kind))


@pytest.mark.parametrize(
    "text",
    [
        f"data: {ONE}\n\ndata: {TWO}\n\ndata: [DONE]\n\n",
        f"data:{ONE}\r\n\r\ndata:{TWO}\r\n\r\ndata:[DONE]\r\n\r\n",
        f"\ufeffdata: {ONE}\n\n: still here\n\ndata: {TWO}\n\ndata: [done]\n\n",
        f"data: {ONE}\ndata: {TWO}\ndata: [DONE]\n",
        f"event: chunk\nid: 1\ndata: {ONE}\n\nevent: chunk\ndata: {TWO}\n\nevent: end\ndata: [DONE]",
        f'data: {{"choices":\ndata: {ONE[11:]}\n\ndata: {TWO}\n\ndata: [DONE]\n\n',
    ],
    ids=["as it should be", "CR LF", "a mark and comments", "no empty lines", "names", "JSON in two lines"],
)
def test_every_form_of_a_stream_has_the_same_events(text: str) -> None:
    assert events(text) == [*EVENTS, DONE]


def test_json_is_read_whatever_it_is_called() -> None:
    assert events(ONE, "text/plain") == EVENTS[:1]
    assert events(f"{ONE}\n{TWO}\n", "application/x-ndjson") == EVENTS
    assert events(ONE, "application/json; charset=utf-8") == [EVENTS[0], DONE]


@pytest.mark.parametrize(
    "text",
    [
        'data: {"error": {"message": "the otter sleeps"}}\n\n',
        'data: {"error": "the otter sleeps"}\n\n',
        'data: {"choices": [{"index": 0, "error": {"message": "the otter sleeps"}}]}\n\n',
        'data: {"detail": "the otter sleeps"}\n\n',
        'data: {"code": 500, "message": "the otter sleeps"}\n\n',
        'event: error\ndata: {"text": "the otter sleeps"}\n\n',
        "event: error\ndata: the otter sleeps\n\n",
        '{"error": {"message": "the otter sleeps"}}',
        'data: {"code": 20012, "message": "the otter sleeps", "data": null, "choices": null}\n\n',
        'data: {"errors": [{"message": "the otter sleeps"}]}\n\n',
        'data: {"base_resp": {"status_code": 1004, "status_msg": "the otter sleeps"}}\n\n',
    ],
)
def test_an_error_in_a_stream_is_one(text: str) -> None:
    with pytest.raises(openai.APIError) as raised:
        events(text)
    assert "the otter sleeps" in f"{raised.value} {raised.value.body}"

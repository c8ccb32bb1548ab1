"""Chat models that answer with an error, or with something that is no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.openai_server.chat_answers import well
from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.registry import chat

_LONG_WAIT_S = 300


def always(status: int, message: object, **details: Any) -> Callable[[Exchange], None]:
    return lambda to: to.refuse(status, message, **details)


def html(status: int) -> Callable[[Exchange], None]:
    return lambda to: to.reply(b"<html>Welcome to my router</html>", status, Content_Type="text/html")


chat("403", "403: the key may not do this.")(always(403, "You may not do this"))
chat("400", "400: the prompt is too long, without the window's size.")(
    always(400, "The prompt is too long: 9,000 tokens")
)
chat("429-always", "429 with Retry-After of no time, every time.")(always(429, "Slow down", Retry_After="0"))
chat("no-credit", "429: no credit is left.")(always(429, "You exceeded your current quota", code="insufficient_quota"))
chat("500", "500, every time.")(always(500, "otters slept"))
chat("503-html", "503 with a web page.")(html(503))
chat("html", "200 with a web page.")(html(200))
chat("half-json", "200 with the beginning of some JSON.")(lambda to: to.reply(b'{"choices": ['))
chat("empty", "200 with an empty body.")(lambda to: to.reply(b""))


@chat("401", "401: the key is wrong; the message quotes it.")
def _unauthorized(to: Exchange) -> None:
    to.refuse(401, f"Incorrect API key provided: {to.noted.key}.", code="invalid_api_key")


@chat("echo-key", "400 with a message that quotes the key twice.")
def _echo_key(to: Exchange) -> None:
    to.refuse(400, f"What is {to.headers['Authorization']}? And {to.noted.key}!")


@chat("redirect", "307 to another server.")
def _redirect(to: Exchange) -> None:
    to.reply(b"", 307, Location=f"{to.server.redirect_to}/chat/completions")


@chat("429", "429 with Retry-After of one second, `429:3` of three; the same request is answered the second time.")
def _busy(to: Exchange, wait_s: float = 1.0) -> None:
    if to.before:
        well(to)
    else:
        to.refuse(429, "Slow down", Retry_After=f"{wait_s:g}")


@chat("500-twice", "500 for the first two times of the same request.")
def _twice(to: Exchange) -> None:
    if to.before < 2:
        to.refuse(500, "otters slept")
    else:
        well(to)


@chat("no-gzip", "Says that it is compressed, and is not.")
def _no_gzip(to: Exchange) -> None:
    to.reply(b"Otters eat sea urchins", Content_Type="text/event-stream", Content_Encoding="gzip")


@chat("hang", "Never answers.")
def _hang(to: Exchange) -> None:
    to.wait(_LONG_WAIT_S)

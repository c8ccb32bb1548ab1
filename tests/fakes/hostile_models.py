"""What the hostile server's models do: each is named after what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.hostile_server import Exchange

ANSWER = "Otters eat sea urchins and crabs [1]. They hold hands [2]."
MARKUP = "![otters](http://127.0.0.1:9/leak.png?q=secret) <img src='http://127.0.0.1:9/x'> <b>bold</b> [1]."
_LONG_WAIT_S = 300


def _well(to: Exchange, text: str = ANSWER, reason: str = "stop") -> None:
    """An answer as it should be."""
    to.begin()
    to.words(text)
    to.conclude(reason)


def _slow(to: Exchange, latency_s: float = 2.0) -> None:
    """`slow:2` answers well, after two seconds."""
    to.wait(latency_s)
    _well(to)


def _busy(to: Exchange, wait_s: float = 1.0) -> None:
    """429 with Retry-After, `429:3` of three seconds; the same request is answered the second time."""
    if to.before:
        _well(to)
    else:
        to.refuse(429, "Slow down", Retry_After=f"{wait_s:g}")


def _twice(to: Exchange) -> None:
    if to.before < 2:
        to.refuse(500, "otters slept")
    else:
        _well(to)


def _no_gzip(to: Exchange) -> None:
    """Says that it is compressed, and is not."""
    to.reply(b"Otters eat sea urchins", Content_Type="text/event-stream", Content_Encoding="gzip")


def _deep_json(to: Exchange) -> None:
    to.begin()
    to.send(f"data: {'[' * 200_000}\n\n")
    to.conclude()


def _hang(to: Exchange) -> None:
    to.wait(_LONG_WAIT_S)


def _hang_amid(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat")
    to.wait(_LONG_WAIT_S)


def _dribble(to: Exchange) -> None:
    """Keeps the connection alive without an answer: comments of the protocol, and empty pieces."""
    to.begin()
    while not to.server.over.is_set():
        to.wait(0.05)
        to.send(": still here\n\n")


def _cut(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat sea")
    to.close_connection = True


def _cut_after(to: Exchange) -> None:
    """The connection is cut after the whole answer, before the usage."""
    to.begin()
    to.words(ANSWER)
    to.event({}, "stop")
    to.close_connection = True


def _unfinished(to: Exchange) -> None:
    """The stream ends as it should, the answer does not."""
    to.begin()
    to.words("Otters eat sea")
    to.wfile.write(b"0\r\n\r\n")


def _broken_json(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat")
    to.send('data: {"choices": [{"index": 0, "delta": {"con\n\n')
    to.conclude()


def _other_json(to: Exchange) -> None:
    to.begin()
    for value in ({"status": "fine"}, [1, 2], None, {"choices": "otters"}, {"choices": [{"delta": {"content": 7}}]}):
        to.send(f"data: {json.dumps(value)}\n\n")
    to.conclude()


def _error_amid(to: Exchange) -> None:
    to.begin()
    to.words("Otters eat")
    to.send(f"data: {json.dumps({'error': {'code': 500, 'message': 'the GPU is on fire', 'type': 'x'}})}\n\n")
    to.conclude()


def _endless(to: Exchange, words: float = 100_000) -> None:
    """So many tokens, whatever limit was asked for."""
    to.begin()
    for _ in range(int(words)):
        to.event({"content": " otter"})
    to.conclude()


def _letters(to: Exchange) -> None:
    to.begin()
    for letter in ANSWER:
        to.event({"content": letter})
    to.conclude()


def _thinks_endlessly(to: Exchange) -> None:
    to.begin()
    for _ in range(100_000):
        to.event({"reasoning_content": " hm"})


def _at_once(to: Exchange) -> None:
    """100,000 words in one piece."""
    to.begin()
    to.event({"content": " otter" * 100_000})
    to.conclude()


def _thinks(to: Exchange) -> None:
    _well(to, f"<think> What do otters eat? </think>\n\n{ANSWER}")


def _reasons(to: Exchange) -> None:
    to.begin()
    to.words("What do otters eat?", "reasoning_content")
    to.words(ANSWER)
    to.conclude()


def _only_reasons(to: Exchange) -> None:
    to.begin()
    to.words("What do otters eat?", "reasoning_content")
    to.conclude("length")


def _refusing(name: str, message: str) -> Callable[[Exchange], None]:
    def answer(to: Exchange) -> None:
        if name in to.noted.body:
            to.refuse(400, message, code="unsupported_parameter", param=name)
        else:
            _well(to)

    return answer


def _by_prompt(to: Exchange) -> None:
    """As the model that the prompt names: <<hang>>; so that each column can meet another."""
    named = re.search(r"<<([\w:.-]+)>>", str(to.noted.body["messages"]))
    to.answer(named[1] if named else "well")


def _always(status: int, message: object, **details: Any) -> Callable[[Exchange], None]:
    return lambda to: to.refuse(status, message, **details)


def _html(status: int) -> Callable[[Exchange], None]:
    return lambda to: to.reply(b"<html>Welcome to my router</html>", status, Content_Type="text/html")


MODELS: dict[str, Callable[..., None]] = {
    "well": _well,
    "slow": _slow,
    "401": lambda to: to.refuse(401, f"Incorrect API key provided: {to.noted.key}.", code="invalid_api_key"),
    "403": _always(403, "You may not do this"),
    "400": _always(400, "The prompt is too long: 9,000 tokens"),
    "429": _busy,
    "429-always": _always(429, "Slow down", Retry_After="0"),
    "no-credit": _always(429, "You exceeded your current quota", code="insufficient_quota"),
    "500-twice": _twice,
    "500": _always(500, "otters slept"),
    "503-html": _html(503),
    "no-gzip": _no_gzip,
    "deep-json": _deep_json,
    "hang": _hang,
    "hang-amid": _hang_amid,
    "dribble": _dribble,
    "cut": _cut,
    "cut-after": _cut_after,
    "unfinished": _unfinished,
    "broken-json": _broken_json,
    "other-json": _other_json,
    "half-json": lambda to: to.reply(b'{"choices": ['),
    "html": _html(200),
    "empty": lambda to: to.reply(b""),
    "no-pieces": lambda to: (to.begin(), to.conclude()),
    "error-amid": _error_amid,
    "endless": _endless,
    "letters": _letters,
    "at-once": _at_once,
    "thinks": _thinks,
    "thinks-endlessly": _thinks_endlessly,
    "reasons": _reasons,
    "only-reasons": _only_reasons,
    "filtered": lambda to: _well(to, "Otters", "content_filter"),
    "cut-off": lambda to: _well(to, "Otters eat", "length"),
    "no-usage": lambda to: (to.begin(), to.words(ANSWER), to.conclude(usage=False)),
    "echo-key": lambda to: to.refuse(400, f"What is {to.headers['Authorization']}? And {to.noted.key}!"),
    "echo-key-amid": lambda to: _well(to, f"Your key is {to.noted.key}"),
    "redirect": lambda to: to.reply(b"", 307, Location=f"{to.server.redirect_to}/chat/completions"),
    "no-stream-options": _refusing("stream_options", "Unrecognized request argument supplied: stream_options"),
    "no-temperature": _refusing("temperature", "Unsupported value: 'temperature' does not support 0.1 here."),
    "no-max-tokens": _refusing(
        "max_tokens", "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    ),
    "by-prompt": _by_prompt,
    "markup": lambda to: _well(to, MARKUP),
}

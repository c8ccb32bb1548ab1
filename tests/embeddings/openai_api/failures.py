"""What the tests of OpenAI's protocol share: ways to fail, and the one sentence that each must end in."""

import traceback
from collections.abc import Callable

import pytest

from rag_core import UserError
from tests.fakes.embedding_server import Answer, always, error_answer, json_answer, vector_of, vectors_answer

KEY = "sk-otters-Pq7Zx2Vw9Lm4Rt6Yb1Nc"
TEXT = "Otters hold hands while they sleep. They eat sea urchins and crabs. Bees dance to tell where flowers are. "
QUESTION = "What do otters eat?"
BROKEN = "did not answer by OpenAI's protocol"

FAILURES: dict[str, tuple[Callable[[list[str]], Answer], str]] = {
    "401": (error_answer(401, f"Incorrect API key provided: {KEY}."), "rejected the API key"),
    "403": (error_answer(403, f"{KEY} may not do this"), r"refused the request \(403\).* … may not do"),
    "404": (error_answer(404, "The model `m` does not exist"), "has no embedding model 'm'"),
    "429": (error_answer(429, f"You exceeded your quota, {KEY}"), "rate limit or quota reached"),
    "500": (error_answer(500, f"otters slept on {KEY} here"), "error 500. Its message: otters slept on … here"),
    "503 in HTML": (always((503, {"Content-Type": "text/html"}, b"<h1>Busy</h1>")), "error 503. Its message: Busy"),
    "400 of FastAPI": (
        always(json_answer({"detail": "input is too long"}, 400)),
        "error 400. Its message: input is too",
    ),
    "400 without a word": (always(json_answer({}, 400)), "error 400. Try again later"),
    "400 with a null": (error_answer(400, None), "error 400. Try again later"),
    "500 in plain text": (always((500, {}, b"out of memory")), "Its message: out of memory"),
    "HTML": (always((200, {"Content-Type": "text/html"}, b"<html>Welcome to my router</html>")), BROKEN),
    "an empty body": (always((200, {"Content-Type": "application/json"}, b"")), BROKEN),
    "half a JSON": (always((200, {"Content-Type": "application/json"}, b'{"data": [')), BROKEN),
    "another JSON": (always(json_answer({"status": "fine"})), BROKEN),
    "a list": (always(json_answer([1, 2])), BROKEN),
    "null": (always(json_answer(None)), BROKEN),
    "no vectors": (always(vectors_answer([])), r"returned 0 vectors instead of \d"),
    "fewer vectors": (
        lambda texts: vectors_answer([vector_of(text) for text in texts][1:]),
        r"returned \d+ vectors instead of \d",
    ),
    "more vectors": (
        lambda texts: vectors_answer([vector_of(text) for text in [*texts, "x"]]),
        r"returned \d+ vectors instead of \d",
    ),
    "NaN": (lambda texts: vectors_answer([[float("nan")] * 8 for _ in texts]), "not all finite numbers"),
    "null numbers": (lambda texts: vectors_answer([[None] * 8 for _ in texts]), "not all finite numbers"),
    "huge numbers": (lambda texts: vectors_answer([[1e300] * 8 for _ in texts]), "not all finite numbers"),
    "vectors of no length": (lambda texts: vectors_answer([[] for _ in texts]), "not all finite numbers"),
    "ragged vectors": (
        lambda texts: vectors_answer([[1.0], *[[1.0, 2.0] for _ in texts]]),
        r"returned \d+ vectors instead of \d",
    ),
    "words for numbers": (lambda texts: vectors_answer([["otter"] for _ in texts]), BROKEN),
    "bytes that are no numbers": (lambda texts: vectors_answer(["!!!" for _ in texts]), "not all finite numbers"),
    "a redirection in a circle": (always((307, {"Location": "/v1/embeddings"}, b"")), "redirects to /v1/embeddings"),
}


def refused(ask: Callable[[], object], *, key: str = KEY) -> str:
    """The one sentence that it ends in; the key is in nothing that the error brings along."""
    with pytest.raises(UserError) as raised:
        ask()
    message = str(raised.value)
    assert "\n" not in message
    assert 20 < len(message) < 700
    assert message.endswith((".", "…")) or "Its message: " in message
    link: BaseException | None = raised.value
    while link is not None:
        assert key not in "".join(traceback.format_exception(link, chain=True))
        assert key not in repr(vars(link))
        link = link.__cause__ or link.__context__
    return message

"""A server of OpenAI's protocol for embeddings on loopback: it answers, and fails, as a test tells it to."""

import json
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.openai_server.embeddings import vector_of
from tests.fakes.openai_server.loopback import LoopbackServer

Answer = tuple[int, dict[str, str], bytes]


def json_answer(value: object, status: int = 200, **headers: str) -> Answer:
    return status, {"Content-Type": "application/json", **headers}, json.dumps(value).encode()


def vectors_answer(vectors: list[Any]) -> Answer:
    found = [{"object": "embedding", "index": i, "embedding": numbers} for i, numbers in enumerate(vectors)]
    return json_answer(
        {"object": "list", "data": found, "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    )


def answer_well(texts: list[str]) -> Answer:
    return vectors_answer([vector_of(text) for text in texts])


def always(answer: Answer) -> Callable[[list[str]], Answer]:
    def give(texts: list[str]) -> Answer:
        return answer

    return give


def error_answer(status: int, message: object, **headers: str) -> Callable[[list[str]], Answer]:
    return always(json_answer({"error": {"message": message, "type": "x", "code": "y"}}, status, **headers))


class EmbeddingServer(LoopbackServer):
    """Answers as `answer` says; the entries of `coming` go first, one per request."""

    def __init__(self) -> None:
        super().__init__(_Requests)
        self.answer: Callable[[list[str]], Answer] = answer_well
        self.coming: list[Callable[[list[str]], Answer]] = []
        self.asked: list[list[str]] = []
        self.keys: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.seen: Callable[[dict[str, Any]], None] = lambda _: None  # takes each request's whole body

    @property
    def address(self) -> str:
        return self.base_url

    def close(self) -> None:
        self.end()

    def hang(self, texts: list[str]) -> Answer:
        self.over.wait(120)
        return answer_well(texts)


class _Requests(BaseHTTPRequestHandler):
    server: EmbeddingServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        texts = body.get("input", [])  # none where a chat model is asked
        self.server.asked.append(texts)
        self.server.seen(body)
        self.server.keys.append((self.headers["Authorization"] or "").removeprefix("Bearer "))
        self.server.headers.append(dict(self.headers))
        answer = self.server.coming.pop(0) if self.server.coming else self.server.answer
        status, headers, content = answer(texts)
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name.replace("_", "-"), value)
        with suppress(ConnectionError):  # the client has given up waiting
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass

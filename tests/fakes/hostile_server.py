"""A chat model's server on loopback that fails in the way that the model's name says, and records what it was asked.

    python -m tests.fakes.hostile_server PORT

`GET /v1/models` lists the names, `GET /noted` says what was asked so far: requests by model, and how many there were
at the same time.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest

from tests.fakes.hostile_models import MODELS

PROMPT_TOKENS, ANSWER_TOKENS = 123, 17
USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": ANSWER_TOKENS,
    "total_tokens": PROMPT_TOKENS + ANSWER_TOKENS,
}
HOSTILE_ANSWER = (
    "Look: ![otters](http://127.0.0.1:9/leak.png?q=secret) <img src='http://127.0.0.1:9/x'> <b>bold</b> [1]."
)
_LONG_WAIT_S = 300


class Noted(NamedTuple):
    """A request, as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


@dataclass
class Record:
    """What the server was asked, and how many requests it had at once."""

    requests: list[Noted] = field(default_factory=list)
    listing_keys: list[str] = field(default_factory=list)  # with which the models were asked for
    at_once: int = 0
    max_concurrent: int = 0
    aborted: int = 0  # by the client, before the end
    lock: threading.Lock = field(default_factory=threading.Lock)

    def before(self, noted: Noted) -> int:
        """How often the model was asked this before."""
        prompt, model = noted.body["messages"], noted.body["model"]
        same = [other for other in self.requests if (other.body["model"], other.body["messages"]) == (model, prompt)]
        return len(same) - 1

    @contextmanager
    def one(self, noted: Noted) -> Iterator[None]:
        with self.lock:
            self.requests.append(noted)
            self.at_once += 1
            self.max_concurrent = max(self.max_concurrent, self.at_once)
        try:
            yield
        finally:
            with self.lock:
                self.at_once -= 1


class HostileServer(ThreadingHTTPServer):
    """Serves until it is closed; setting `over` ends all waits."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Exchange)
        self.record = Record()
        self.over = threading.Event()
        self.redirect_to = ""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def requests(self) -> list[Noted]:
        return self.record.requests

    def start(self) -> HostileServer:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def end(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Ignored: a client has closed its connection."""


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    server: HostileServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        record = self.server.record
        if self.path == "/noted":
            models = Counter(noted.body["model"] for noted in record.requests)
            self.reply({"requests": models, "max_concurrent": record.max_concurrent, "aborted": record.aborted})
        elif self.path == "/v1/models":
            record.listing_keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
            self.reply({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})
        else:
            self.refuse(404, "Not Found")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.noted = Noted(self.path, dict(self.headers), body)
        with self.server.record.one(self.noted):
            try:
                self.answer(body["model"])
            except ConnectionError:
                self.server.record.aborted += 1
                self.close_connection = True

    def answer(self, name: str) -> None:
        model, _, number = name.partition(":")
        if self.path != "/v1/chat/completions":
            self.refuse(404, "Not Found")
        elif model in MODELS:
            MODELS[model](self, *([float(number)] if number else []))
        else:
            self.refuse(404, f"The model `{name}` does not exist", code="model_not_found")

    def wait(self, seconds: float) -> None:
        """Raises ConnectionError as soon as the client has closed the connection."""
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0 and not self.server.over.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(left_s, 0.05))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionAbortedError

    @property
    def before(self) -> int:
        return self.server.record.before(self.noted)

    def reply(self, value: object, status: int = 200, **headers: str) -> None:
        """Send a value as JSON, or bytes unchanged."""
        content = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in ({"Content_Type": "application/json"} | headers).items():
            self.send_header(name.replace("_", "-"), text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status: int, message: object, code: str = "y", param: str | None = None, **headers: str) -> None:
        self.reply({"error": {"message": message, "type": "x", "code": code, "param": param}}, status, **headers)

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, text: str) -> None:
        content = text.encode()
        self.wfile.write(b"%X\r\n%s\r\n" % (len(content), content))

    def event(
        self, delta: dict[str, Any] | None, finish: str | None = None, usage: dict[str, int] | None = None
    ) -> None:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish or None}]
        value = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
        self.send(f"data: {json.dumps(value | ({'usage': usage} if usage else {}))}\n\n")

    def words(self, text: str, name: str = "content") -> None:
        self.event({"role": "assistant", "content": None})
        for number, word in enumerate(text.split(" ")):
            self.event({name: f" {word}" if number else word})

    def conclude(self, reason: str = "stop", *, usage: bool = True) -> None:
        self.event({}, reason)
        if usage and (self.noted.body.get("stream_options") or {}).get("include_usage"):
            self.event(None, usage=USAGE)
        self.send("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hostile() -> Iterator[HostileServer]:
    """A server of the test's own."""
    server = HostileServer().start()
    yield server
    server.end()


def main(arguments: Sequence[str]) -> None:
    server = HostileServer(int(arguments[0])).start()
    print(f"{server.base_url}: {', '.join(MODELS)}", flush=True)
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1:])

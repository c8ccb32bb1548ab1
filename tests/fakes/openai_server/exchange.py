"""One request and its answer: what the behaviours are made of."""

from __future__ import annotations

import json
import select
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from rag_core.text.tokenizers import get_tokenizer

if TYPE_CHECKING:
    from tests.fakes.openai_server.record import Noted
    from tests.fakes.openai_server.server import OpenAIServer

# Counted for a prompt of fewer tokens, and for every answer, so that tests can tell the server's numbers from ours.
PROMPT_TOKENS, ANSWER_TOKENS = 123, 17


class Exchange(BaseHTTPRequestHandler):
    """Writes an answer part by part; without `stream` in the request, the parts are sent as one completion."""

    server: OpenAIServer
    noted: Noted
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        self.events: list[dict[str, Any]] = []
        super().handle_one_request()

    @property
    def before(self) -> int:
        """How often the model was asked this before."""
        return self.server.record.before(self.noted)

    @property
    def prompt(self) -> str:
        return "\n".join(str(message["content"]) for message in self.noted.body["messages"])

    @property
    def prompt_tokens(self) -> int:
        return max(PROMPT_TOKENS, get_tokenizer("cl100k").count(self.prompt))

    def wait(self, seconds: float) -> None:
        """Raises ConnectionError as soon as the client has closed the connection."""
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0 and not self.server.over.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(left_s, 0.05))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionAbortedError

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
        if self._streams:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()

    def send(self, text: str) -> None:
        """Send text as it is, in the midst of a stream."""
        content = text.encode()
        if self._streams:
            self.wfile.write(b"%X\r\n%s\r\n" % (len(content), content))

    def event(
        self, delta: dict[str, Any] | None, finish: str | None = None, usage: dict[str, Any] | None = None
    ) -> None:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        value = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
        self.events.append(value)
        self.send(f"data: {json.dumps(value | ({'usage': usage} if usage else {}))}\n\n")

    def words(self, text: str, name: str = "content") -> None:
        self.event({"role": "assistant", "content": None})
        for number, word in enumerate(text.split(" ")):
            self.event({name: f" {word}" if number else word})

    def conclude(
        self,
        reason: str | None = "stop",
        *,
        usage: bool = True,
        prompt_tokens: int | None = None,
        cached_tokens: int | None = None,
    ) -> None:
        """End the answer; `prompt_tokens` is what the server claims to have read, by default the truth."""
        counts = self._usage(prompt_tokens, cached_tokens) if usage else None
        self.event({}, reason)
        if not self._streams:
            self.reply(self._completion(reason, counts))
            return
        if counts and (self.noted.body.get("stream_options") or {}).get("include_usage"):
            self.event(None, usage=counts)
        self.done()

    def done(self) -> None:
        """End the stream, whatever came before."""
        self.send("data: [DONE]\n\n")
        self.finish_chunks()

    def finish_chunks(self) -> None:
        """End the response as HTTP has it, without a word of OpenAI's protocol."""
        if self._streams:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        pass

    @property
    def _streams(self) -> bool:
        return bool(self.noted.body.get("stream"))

    def _usage(self, prompt_tokens: int | None, cached_tokens: int | None) -> dict[str, Any]:
        read = prompt_tokens or self.prompt_tokens
        cached = {"prompt_tokens_details": {"cached_tokens": cached_tokens}} if cached_tokens else {}
        total = read + ANSWER_TOKENS
        return {"prompt_tokens": read, "completion_tokens": ANSWER_TOKENS, "total_tokens": total, **cached}

    def _completion(self, reason: str | None, usage: dict[str, Any] | None) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        for choice in (choice for event in self.events for choice in event["choices"]):
            for name, part in choice["delta"].items():
                if name != "role" and part:
                    message[name] = (message.get(name) or type(part)()) + part
        choices = [{"index": 0, "message": message, "finish_reason": reason}]
        completion = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices}
        return completion | ({"usage": usage} if usage else {})

"""A server of OpenAI's protocol under one path only, with one query; everything else is 404."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.fakes.openai_server.embeddings import vector_of
from tests.fakes.openai_server.loopback import LoopbackServer


class PathServer(LoopbackServer):
    """Records the paths, queries and headers of requests; it does not have the model `unknown`."""

    def __init__(self) -> None:
        super().__init__(_Requests)
        self.base, self.query, self.unknown = "/v1", "", ""
        self.paths: list[str] = []
        self.queries: list[str] = []
        self.headers: list[dict[str, str]] = []

    @property
    def root(self) -> str:
        return self.base_url.removesuffix("/v1")


class _Requests(BaseHTTPRequestHandler):
    server: PathServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = urlsplit(self.path)
        self.server.paths.append(asked.path)
        self.server.queries.append(asked.query)
        self.server.headers.append(dict(self.headers))
        if asked.query != self.server.query or not asked.path.startswith(f"{self.server.base}/"):
            self._send(404, "text/plain", b"404 page not found")
        elif body["model"] == self.server.unknown:
            error = {"message": f"The model `{body['model']}` does not exist", "code": "model_not_found"}
            self._send(404, "application/json", json.dumps({"error": error}).encode())
        elif asked.path == f"{self.server.base}/embeddings":
            data = [{"index": i, "embedding": vector_of(text)} for i, text in enumerate(body["input"])]
            self._send(200, "application/json", json.dumps({"data": data}).encode())
        elif asked.path == f"{self.server.base}/chat/completions":
            choice = {"index": 0, "delta": {"content": "Otters."}, "finish_reason": "stop"}
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self._send(200, "text/event-stream", f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode())
        else:
            self._send(404, "text/plain", b"404 page not found")

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass

"""The server: it finds the behaviour and the endpoint of each request, and records what it was asked.

`GET /` prints the behaviours, `GET /v1/models` lists their names, `GET /noted` says what was asked so far: requests by
model, and how many there were at the same time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from typing_extensions import override

from rag_core.llms.model_facts import forget_all
from tests.fakes.openai_server.exchange import Exchange
from tests.fakes.openai_server.loopback import LoopbackServer
from tests.fakes.openai_server.record import Noted, Record
from tests.fakes.openai_server.registry import BEHAVIOURS, Endpoint

_POSTS: dict[str, Endpoint] = {"/v1/chat/completions": "chat", "/v1/embeddings": "embeddings", "/api/show": "show"}
_GETS: dict[str, Endpoint] = {"/v1/models": "models", "/props": "props"}
_STANDARD: dict[Endpoint, str] = {"chat": "well", "embeddings": "embeds"}  # what behaves as it should at an endpoint


class OpenAIServer(LoopbackServer):
    """Records all requests; `redirect_to` is where the behaviour `redirect` leads.

    `replies` are those of the behaviour `recording`, by their prompts.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(_Requests, port)
        self.record = Record()
        self.redirect_to = ""
        self.replies: dict[str, str] = {}

    @property
    def requests(self) -> list[Noted]:
        return self.record.requests

    def url_of(self, name: str) -> str:
        """The base URL of a server that behaves in only this way, whatever model it is asked for."""
        return self.base_url.replace("/v1", f"/{name}/v1")


class _Requests(Exchange):
    @override
    def do_GET(self) -> None:
        self._note({})
        name, path = _split(self.path)
        if path == "/noted":
            self.reply(self._noted())
        elif path in ("", "/"):
            self.reply(described().encode(), Content_Type="text/plain; charset=utf-8")
        elif path in _GETS:
            self.server.record.lookups.append(self.noted)
            self._respond(_GETS[path], name)
        else:
            self.refuse(404, "Not Found")

    @override
    def do_POST(self) -> None:
        self._note(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        name, path = _split(self.path)
        endpoint = _POSTS.get(path)
        if endpoint == "show":
            self.server.record.lookups.append(self.noted)
            self._respond("show", name or self.noted.body.get("model", ""))
            return
        with self.server.record.one(self.noted):
            try:
                if endpoint:
                    self._respond(endpoint, name or self.noted.body["model"])
                else:
                    self.refuse(404, "Not Found")
            except ConnectionError:
                self.server.record.aborted += 1
                self.close_connection = True

    def answer_as(self, name: str) -> None:
        """Answer a chat completion as another behaviour does."""
        self._respond("chat", name)

    def _respond(self, endpoint: Endpoint, name: str) -> None:
        model, _, number = name.partition(":")
        if name and model not in BEHAVIOURS:
            self.refuse(404, f"The model `{name}` does not exist", code="model_not_found")
            return
        respond = BEHAVIOURS[model].endpoints.get(endpoint) if name else None
        if respond:
            respond(self, *([float(number)] if number else []))
        elif endpoint in _STANDARD:
            BEHAVIOURS[_STANDARD[endpoint]].endpoints[endpoint](self)
        elif endpoint == "models":
            self.reply({"object": "list", "data": [{"id": known, "object": "model"} for known in BEHAVIOURS]})
        else:
            self.refuse(404, "Not Found")

    def _note(self, body: dict[str, object]) -> None:
        self.noted = Noted(self.path, dict(self.headers), body)

    def _noted(self) -> dict[str, object]:
        record = self.server.record
        models = Counter(noted.body["model"] for noted in record.requests)
        return {"requests": models, "max_concurrent": record.max_concurrent, "aborted": record.aborted}


def described() -> str:
    """The behaviours, one a line."""
    width = max(map(len, BEHAVIOURS))
    return "".join(f"{name:{width}}  {one.description}\n" for name, one in BEHAVIOURS.items())


def _split(path: str) -> tuple[str, str]:
    """The behaviour that an address names, or "", and the path without it and without a query."""
    path = urlsplit(path).path
    first, _, rest = path.removeprefix("/").partition("/")
    return (first, f"/{rest}") if first.partition(":")[0] in BEHAVIOURS else ("", path)


@pytest.fixture
def hostile() -> Iterator[OpenAIServer]:
    """A server of the test's own; what an earlier one at the same port has taught is forgotten."""
    forget_all()
    server = OpenAIServer()
    yield server
    server.end()

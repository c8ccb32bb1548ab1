"""What a server was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Noted(NamedTuple):
    """A request, as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def key(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    @property
    def asked(self) -> tuple[Any, Any]:
        return self.body["model"], self.body.get("messages", self.body.get("input"))


@dataclass
class Record:
    """Requests for answers and vectors, those about models, and how many of the former there were at once."""

    requests: list[Noted] = field(default_factory=list)
    lookups: list[Noted] = field(default_factory=list)
    at_once: int = 0
    max_concurrent: int = 0
    aborted: int = 0  # by the client, before the end
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def listing_keys(self) -> list[str]:
        """The keys with which the models were asked for."""
        return [noted.key for noted in self.lookups if noted.path.endswith("/v1/models")]

    def before(self, noted: Noted) -> int:
        """How often the model was asked this before."""
        return sum(other.asked == noted.asked for other in self.requests) - 1

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

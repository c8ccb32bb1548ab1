"""Fixtures for the tests of OpenAI's protocol."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from tests.embeddings.openai_api.failures import KEY, TEXT
from tests.fakes.embedding_server import EmbeddingServer


@pytest.fixture(autouse=True)
def loaded_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EmbeddingModel, "retry_load_after_s", 0.0)


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    server = EmbeddingServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key or address of whoever runs the tests."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    return text_document(TEXT * 4)


@pytest.fixture
def nothing_written(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> Iterator[Path]:
    """A folder for the cache; afterwards, neither its files nor any log hold the key."""
    with caplog.at_level(logging.DEBUG):
        yield tmp_path / "cache"
    for record in caplog.get_records("call"):
        assert KEY not in logging.Formatter().format(record)  # with its traceback
        assert KEY not in repr(vars(record))
    for path in (tmp_path / "cache").rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes()

"""Servers behind https whose certificate nobody vouches for: what is wrong is said, and SSL_CERT_FILE counts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.errors import UserError
from rag_core.llms.base import LlmError
from rag_core.llms.choice import LlmChoice
from rag_core.llms.client import OpenAIChat
from rag_core.servers import loop
from tests.fakes.embedding_server import EmbeddingServer
from tests.fakes.tls import behind_https, make_certificate

Ask = Callable[[str], None]


def _embed(address: str) -> None:
    model = OpenAIModel("m", base_url=address)
    model.max_tries = 1
    model.load_info()


def _chat(address: str) -> None:
    loop.run(OpenAIChat(LlmChoice("openai-like", "m", address, timeout_s=20), "").complete("Hello"))


ASKS: dict[str, Ask] = {"embedding": _embed, "chat": _chat}


@pytest.fixture(autouse=True)
def no_certificates_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    server = EmbeddingServer()
    yield server
    server.close()


def refused(ask: Ask, address: str) -> str:
    with pytest.raises(UserError) as raised:
        ask(address)
    return str(raised.value)


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_self_signed_certificate_is_said_and_trusted_once_it_is_named(
    ask: Ask, host: str, server: EmbeddingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = make_certificate(tmp_path)
    address = behind_https(server, certificate, key).replace("127.0.0.1", host)
    message = refused(ask, address)
    assert "its certificate is self-signed" in message
    assert "set SSL_CERT_FILE to that file" in message
    assert server.asked == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    if ask is _embed:
        ask(address)
    else:  # there is no chat model behind it, which it can only say through a connection
        assert "certificate" not in refused(ask, address)
    assert server.asked or ask is _chat
    other, _ = make_certificate(tmp_path, host="otters.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    assert f"not among the certificates in {other}" in refused(ask, address)


def test_a_certificate_for_another_name_is_said(
    server: EmbeddingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = make_certificate(tmp_path, host="otters.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert "its certificate is for another name" in refused(_embed, behind_https(server, certificate, key))


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
@pytest.mark.parametrize("content", [None, "not a certificate"], ids=["absent", "malformed"])
def test_a_file_of_certificates_that_cannot_be_read_is_named(
    ask: Ask, content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert f"SSL_CERT_FILE={file} cannot be read as certificates" in refused(ask, "https://127.0.0.1:9/v1")


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_https_to_a_server_of_http_says_so(ask: Ask, server: EmbeddingServer) -> None:
    message = refused(ask, server.address.replace("http:", "https:"))
    assert f"does not speak https there. Try {server.address}" in message


def test_http_to_a_server_of_https_says_so(server: EmbeddingServer, tmp_path: Path) -> None:
    behind_https(server, *make_certificate(tmp_path))
    assert "If it requires https" in refused(_embed, server.address)


def test_a_chat_models_certificate_is_fatal_for_the_rest_of_a_job(server: EmbeddingServer, tmp_path: Path) -> None:
    address = behind_https(server, *make_certificate(tmp_path))
    with pytest.raises(LlmError) as raised:
        _chat(address)
    assert raised.value.fatal
    assert not raised.value.retryable

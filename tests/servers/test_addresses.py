"""Addresses and keys as people type them."""

import pytest

from rag_core.errors import UserError
from rag_core.servers.addresses import checked_address, checked_key, host_of
from rag_core.servers.errors import ServerContext
from rag_core.servers.http import is_local
from rag_core.servers.redaction import redact_keys

KEY = "sk-otters-Pq7Zx2Vw9Lm4Rt6Yb1Nc"


@pytest.mark.parametrize(
    ("typed", "address", "host"),
    [
        (" http://localhost:11434/v1/ ", "http://localhost:11434/v1", "localhost:11434"),
        ("https://gateway.example/openai/v1", "https://gateway.example/openai/v1", "gateway.example"),
        ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_addresses(typed: str, address: str, host: str) -> None:
    assert checked_address(typed) == address
    assert host_of(address) == host


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434/v1",
        "ftp://localhost",
        "http://",
        "http://[::1/v1",
        "http://h:99999",
        "http://a b/",
        "",
        f"http://me:{KEY}@h/v1",
        f"http://h/v1?api_key={KEY}",
        f"http://h/v1#{KEY}",
    ],
)
def test_an_invalid_address_repeats_no_password(address: str) -> None:
    with pytest.raises(UserError, match="http://localhost:11434/v1") as raised:
        checked_address(address)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("key", ["ключ", "sk-ab\ncd", "sk ab", "sk-\x7f", "“sk-ab”"])
def test_invalid_keys(key: str) -> None:
    assert checked_key(f" {KEY}\n") == KEY
    with pytest.raises(UserError, match="Copy it again"):
        checked_key(key)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:1234", "127.0.0.1", "127.8.9.1:80", "[::1]:80", "a.localhost"]
)
def test_this_machine(host: str) -> None:
    assert is_local(f"http://{host}/v1")


@pytest.mark.parametrize(
    "host", ["localhost.example", "127.0.0.1.example", "10.0.0.1", "api.openai.com", "notlocalhost", "127.example"]
)
def test_other_machines(host: str) -> None:
    assert not is_local(f"http://{host}/v1")


def test_the_key_is_not_shown_with_who_was_asked() -> None:
    asked = ServerContext("m", "http://h/v1", KEY)
    assert KEY not in f"{asked!r} {asked} {[asked]}"


def test_words_of_a_server_are_one_short_line_without_keys() -> None:
    said = redact_keys(f"Key\n {KEY} and sk-proj-1234567890abcdefghij, hunter2 " + "longer " * 100, "hunter2")
    assert said.startswith("Key … and …, … longer longer")
    assert said.endswith(" longer …")
    assert 380 < len(said) <= 402

"""Validation of server addresses and API keys, and where under an address a server of OpenAI's protocol is asked."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

from rag_core.errors import UserError

_EXAMPLE = "http://localhost:11434/v1"
_VERSION = "api-version"
# What is asked under an address, of OpenAI's protocol and of Ollama's and TEI's own.
_ASKED = re.compile(r"(/(chat/completions|completions|embeddings|embed|responses|models))$")
_OWN_OF_OLLAMA = re.compile(r"/api/(chat|generate|embed|embeddings|tags|show|ps|version)$")
_HAS_VERSION = re.compile(r"/v\d+[a-z\d]*(/|$)|/deployments/")
_AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")
_OPENAI = "api.openai.com"
_AZURE_ROOTS = ("", "/openai")


def checked_address(base_url: str) -> str:
    """The address without white space, final slashes and the path of single requests, such as /chat/completions.

    Raises UserError, which says what is wrong, where it is malformed; it quotes nothing that may be a password.
    """
    address = base_url.strip()
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:  # an unclosed bracket, a port that is not a number
        raise _malformed("its host or port is malformed") from None
    if problem := _problem(address, parts):
        raise _malformed(problem)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{_base_path(parts)}{query}"


def _malformed(problem: str) -> UserError:
    return UserError(f"That is not a server's address: {problem}. Write it like {_EXAMPLE}, without a user name.")


def _problem(address: str, parts: SplitResult) -> str:
    if not address or any(map(str.isspace, address)):
        return "it contains spaces or line breaks" if address else "it is empty"
    if "@" in address:
        return "it contains an @, as before it come a user name and a password; enter a key in the field for keys"
    if parts.scheme not in ("http", "https") or not address.lower().startswith(f"{parts.scheme}://"):
        return "it does not begin with http:// or https://"
    if not parts.hostname:
        return "it names no host"
    if parts.fragment or address.endswith("#"):
        return "it contains a #"
    return _problem_of_query(parts.query)


def _problem_of_query(query: str) -> str:
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    others = [name for name in names if name != _VERSION]
    if not query or (names and not others):
        return ""
    # An address is shown, and part of links: a key in it would be too.
    return f"its query may contain nothing but {_VERSION}; enter a key in the field for keys"


def _base_path(parts: SplitResult) -> str:
    path = re.sub("/{2,}", "/", parts.path).rstrip("/")
    if not path and parts.netloc == _OPENAI:
        return "/v1"  # in full, since keys and prices go by OpenAI's address
    if _OWN_OF_OLLAMA.search(path):
        return _OWN_OF_OLLAMA.sub("", path)
    asked = _ASKED.search(path)
    if asked and asked.group(2) == "models" and parts.hostname and parts.hostname.endswith(_AZURE):
        return path  # there, a part of the base
    return _ASKED.sub("", path)


class Endpoint(NamedTuple):
    """A checked address and a model of its server."""

    address: str
    model: str

    @property
    def api_version(self) -> str:
        """The version that Azure's servers require in the query of every request; "" where the address has none."""
        return dict(parse_qsl(urlsplit(self.address).query)).get(_VERSION, "")

    @property
    def is_azure(self) -> bool:
        """Whether the server takes keys as Azure's do."""
        return (urlsplit(self.address).hostname or "").endswith(_AZURE)

    def bases(self) -> list[str]:
        """The addresses under which the protocol may be, the most likely first.

        Servers differ in whether they have it under /v1; an address that names a version, or Azure's, is unambiguous.
        """
        parts = urlsplit(self.address)
        root, path = f"{parts.scheme}://{parts.netloc}", parts.path
        if path in _AZURE_ROOTS and (self.is_azure or self.api_version):
            dated = self.api_version[:1].isdigit()
            place = f"deployments/{quote(self.model, safe='')}" if dated else "v1"
            return [f"{root}/openai/{place}"]
        if _HAS_VERSION.search(path):
            return [root + path]
        return [f"{root}{path}/v1", root + path] if not path else [root + path, f"{root}{path}/v1"]

    def key_headers(self, key: str) -> dict[str, str]:
        """The headers that carry the key: Azure's servers take it in their own one."""
        if not key:
            return {}
        bearer = {"Authorization": f"Bearer {key}"}
        if self.is_azure:
            return bearer if key.startswith("eyJ") else {"api-key": key}  # the former is a token, not a key
        return bearer | ({"api-key": key} if self.api_version else {})


def without_version(address: str) -> str:
    """A checked address without /v1 at its end, to compare it with another one."""
    return address.removesuffix("/v1")


def checked_key(key: str) -> str:
    """The key without white space around it; raises UserError where it cannot be one."""
    key = key.strip()
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise UserError("The key contains spaces, line breaks or characters that no key has. Copy it again.")
    return key


def host_of(base_url: str) -> str:
    """The host and port of a checked address, for display."""
    return urlsplit(base_url).netloc

"""The parsers by name. A new one is one file that calls `register`, and one line in `_load` that imports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag_core.documents.kinds import Kind
from rag_core.documents.limits import Limits
from rag_core.documents.parsed import Parsed
from rag_core.errors import UserError


@dataclass(frozen=True)
class Parser:
    """One way to turn bytes into text.

    `parse(data, password, limits)` raises UserError or PasswordNeeded with the end of a sentence that begins with the
    document's name ("is encrypted: ..."). With `sandboxed` it runs in the child process; its module must then import
    heavy libraries inside `parse`, because the server process imports the module too.
    """

    name: str
    kind: Kind
    sandboxed: bool
    parse: Callable[[bytes, str | None, Limits], Parsed]


_PARSERS: dict[str, Parser] = {}


def register(parser: Parser) -> None:
    """Make a parser known; the first one of a kind is the default for that kind."""
    _PARSERS[parser.name] = parser


def get_parser(name: str) -> Parser:
    """The parser of that name. Raises UserError naming the valid ones."""
    _load()
    if name not in _PARSERS:
        raise UserError(f"There is no parser {name!r}. The parsers are: {', '.join(_PARSERS)}.")
    return _PARSERS[name]


def parser_names(kind: Kind | None = None) -> list[str]:
    """The names of all parsers, or of those for one kind of document; the default comes first."""
    _load()
    return [parser.name for parser in _PARSERS.values() if kind in (None, parser.kind)]


def _load() -> None:
    from rag_core.documents.parsers import pdfium, text  # noqa: F401

"""Opens a document: from a path or bytes to a Document, or to one sentence that says why not."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from pathlib import Path

from rag_core.documents import sandbox
from rag_core.documents.document import Document
from rag_core.documents.kinds import kind_of
from rag_core.documents.limits import MB, Limits, current_limits
from rag_core.documents.parsed import Parsed
from rag_core.documents.parsers import Parser, get_parser, parser_names
from rag_core.errors import UserError

log = logging.getLogger(__name__)


def open_document(
    source: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    parser: str | None = None,
    password: str | None = None,
) -> Document:
    """Read a PDF, .txt or .md file, given as a path or as its bytes.

    `name` is what messages and pages call it: by default the file's own, or "document" for bytes. `parser` is one of
    `parser_names()`; by default the first for the kind of file, which the bytes decide. Raises PasswordNeeded for an
    encrypted file without its right password, and UserError for everything else that the user can mend.
    """
    started = time.perf_counter()
    limits = current_limits()
    chosen = get_parser(parser) if parser else None
    name = _base_name(name) if name else ("document" if isinstance(source, bytes) else _base_name(os.fspath(source)))
    data = source if isinstance(source, bytes) else _read(Path(source), name, limits)
    limits.check_bytes(name, len(data))
    if not data.strip():
        raise UserError(f"{name} is empty: it has {'only white space' if data else 'no bytes'}.")
    chosen = _fitting(chosen, data, name)
    parsed = _parse(chosen, data, name, password, limits)
    if not parsed.text.strip():
        raise UserError(f"{name} is empty: it has only white space.")
    return Document(
        id=hashlib.sha256(chosen.name.encode() + b"\0" + data).hexdigest(),
        name=name,
        parser=chosen.name,
        text=parsed.text,
        pages=parsed.pages,
        char_boxes=parsed.char_boxes,
        left_out=parsed.left_out,
        notices=parsed.notices,
        parse_ms=(time.perf_counter() - started) * 1000,
        source=data,
        password=password,
    )


def _base_name(name: str) -> str:
    """The last part of a path of either style: a browser's file name is not to be trusted as a path."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2] or "document"


def _read(path: Path, name: str, limits: Limits) -> bytes:
    """The file's bytes, at most one more than the limit allows."""
    try:
        if path.is_dir():
            raise UserError(f"{name} is a folder; give the path of a PDF, .txt or .md file in it.")
        limits.check_bytes(name, path.stat().st_size)
        with path.open("rb") as file:
            return file.read(int(limits.file_mb * MB) + 1)
    except FileNotFoundError as error:
        raise UserError(f"There is no file {path}.") from error
    except PermissionError as error:
        raise UserError(f"{name} may not be read: its permissions forbid it.") from error
    except (OSError, ValueError) as error:
        log.warning("could not read %s", path, exc_info=True)
        raise UserError(f"{name} could not be read: {getattr(error, 'strerror', None) or error}.") from error


def _fitting(parser: Parser | None, data: bytes, name: str) -> Parser:
    """The parser asked for, or the default one, for what the bytes are."""
    kind = kind_of(data, name)
    if parser is None:
        return get_parser(parser_names(kind)[0])
    if parser.kind != kind:
        described = {"pdf": "a PDF", "text": "text"}
        raise UserError(
            f"{name} is {described[kind]}, and the parser {parser.name!r} reads {described[parser.kind]}. "
            f"The parsers for it are: {', '.join(parser_names(kind))}."
        )
    return parser


def _parse(parser: Parser, data: bytes, name: str, password: str | None, limits: Limits) -> Parsed:
    if parser.sandboxed:
        return sandbox.parse(parser.name, data, name, password, limits)
    try:
        return parser.parse(data, password, limits)
    except UserError as error:
        raise type(error)(f"{name} {error}") from error

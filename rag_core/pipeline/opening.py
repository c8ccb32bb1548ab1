"""Opens a file: from a path or bytes to a Document, or to one sentence that says why not."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from rag_core.documents.document import Document
from rag_core.documents.limits import MB, Limits, current_limits
from rag_core.errors import UserError
from rag_core.parts.parser import Parser, get_parser
from rag_core.stages.source import Source

log = logging.getLogger(__name__)


def open_document(
    path_or_bytes: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    parser: str | Parser | None = None,
    password: str | None = None,
) -> Document:
    """Read a PDF, .txt or .md file, given as a path or as its bytes.

    `name` is what messages and pages call it: by default the file's own, or "document" for bytes. `parser` is a kind's
    name (see `rag_core.parts.parser.parser_names`) or a parser with fields of its own; by default the first one for the
    file's format, which the bytes decide. Raises PasswordNeeded for an encrypted file without its right password, and
    UserError for everything else that the user can fix.
    """
    chosen = parser if isinstance(parser, Parser) else get_parser(parser or "default")
    if isinstance(path_or_bytes, bytes):
        source = Source(path_or_bytes, _base_name(name or "document"), password)
    else:
        source = _read_file(path_or_bytes, name, password)
    return chosen.read(source, None)


def _read_file(path: str | os.PathLike[str], name: str | None, password: str | None) -> Source:
    """The file's bytes, at most one more than the limit allows."""
    name = _base_name(name or os.fspath(path))
    return Source(_read(Path(path), name, current_limits()), name, password)


def _base_name(name: str) -> str:
    """The last part of a path of either style: a browser's file name must not be trusted as a path."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2] or "document"


def _read(path: Path, name: str, limits: Limits) -> bytes:
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

"""Opens a file, given as a path or as bytes, and parses it into a Document."""

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
    """Open and parse a PDF, .txt or .md file, given as a path or as bytes.

    `name` is shown in messages and on pages: by default the name of the file, or "document" for bytes. `parser` is the
    name of a kind (see `rag_core.parts.parser.parser_names`) or a configured parser; by default the first one for the
    format, which is detected from the bytes. Raises PasswordNeeded if the file is encrypted and `password` is None or
    wrong, and UserError if the file is missing, unreadable, over a limit, or of an unsupported format.
    """
    chosen = parser if isinstance(parser, Parser) else get_parser(parser or "default")
    if isinstance(path_or_bytes, bytes):
        source = Source(path_or_bytes, _base_name(name or "document"), password)
    else:
        source = _read_file(path_or_bytes, name, password)
    return chosen.read(source, None)


def _read_file(path: str | os.PathLike[str], name: str | None, password: str | None) -> Source:
    """The contents of the file, up to one byte more than the limit allows."""
    name = _base_name(name or os.fspath(path))
    return Source(_read(Path(path), name, current_limits()), name, password)


def _base_name(name: str) -> str:
    """The last component of a POSIX or Windows path: a file name from a browser must not be trusted as a path."""
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
        raise UserError(f"{name} could not be read: permission denied.") from error
    except (OSError, ValueError) as error:
        log.warning("could not read %s", path, exc_info=True)
        raise UserError(f"{name} could not be read: {getattr(error, 'strerror', None) or error}.") from error

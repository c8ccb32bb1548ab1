"""Opens a file, given as a path or as bytes, and parses it into a Document."""

from __future__ import annotations

import os

from rag_core.documents.document import Document
from rag_core.documents.files import read_file
from rag_core.documents.limits import RAISE_FILE_MB, current_limits
from rag_core.documents.page_progress import reporting
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.parts.parser import Parser, get_parser
from rag_core.pipeline.long_reading import offer_of, read_now
from rag_core.pipeline.reading_job import PageReading
from rag_core.progress import Report, ignore
from rag_core.stages.resources import ParserResources
from rag_core.stages.source import Source
from rag_core.text.printable import printable


def open_document(
    path_or_bytes: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    parser: str | Parser | None = None,
    password: str | None = None,
    llm: ChatModel | None = None,
    confirmed: bool = False,
    report: Report = ignore,
) -> Document:
    """Open and parse a PDF, .txt or .md file, given as a path or as bytes.

    `name` is shown in messages and on pages: by default the name of the file, or "document" for bytes. `parser` is the
    name of a kind (see `rag_core.parts.parser.parser_names`) or a configured parser; by default the first one for the
    format, which is detected from the bytes. A parser that reads pages one by one (`ocr`, say) reads those that are not
    in the cache; `llm` is the model that it asks. Where that takes long or costs money, it
    must be `confirmed`. `report` is told how many pages are read, by this thread.

    Raises PasswordNeeded if the file is encrypted and `password` is None or wrong, PagesUnread with what it takes if
    reading must be confirmed, and UserError if the file is missing, unreadable, over a limit, or of an unsupported
    format.
    """
    chosen = parser if isinstance(parser, Parser) else get_parser(parser or "default")
    source, resources = source_of(path_or_bytes, name, password), ParserResources(llm)
    with reporting(report):
        if (paged := chosen.paged()) is not None:
            reading = PageReading(paged, source, resources)
            offer = offer_of(reading)
            if offer is not None and not offer.obstacle and (confirmed or not offer.needs_consent):
                read_now(reading, report)
        return chosen.read(source, resources)


def source_of(
    path_or_bytes: str | os.PathLike[str] | bytes, name: str | None = None, password: str | None = None
) -> Source:
    """What a parser reads of a path or bytes; arguments and errors as in `open_document`."""
    if isinstance(path_or_bytes, bytes):
        return Source(path_or_bytes, _base_name(name or "document"), password)
    return _read_file(path_or_bytes, name, password)


def _read_file(path: str | os.PathLike[str], name: str | None, password: str | None) -> Source:
    """The contents of the file, as far as the limit allows."""
    if not os.fspath(path):
        raise UserError("The document's path is empty. Give the path of a PDF, .txt or .md file.")
    name = _base_name(name or os.fspath(path))
    if os.path.isdir(path):
        raise UserError(f"{name} is a folder; give the path of a PDF, .txt or .md file in it.")
    try:
        os.stat(path)
    except FileNotFoundError as error:
        raise UserError(f"There is no file {printable(os.fspath(path))}.") from error
    except (OSError, ValueError):
        pass  # reading it says what is wrong
    return Source(read_file(path, name, current_limits().file_mb, RAISE_FILE_MB), name, password)


def _base_name(name: str) -> str:
    """The last component of a POSIX or Windows path: a file name from a browser must not be trusted as a path.

    Bytes of it that are not UTF-8, and control characters, are escaped: it goes into JSON, terminals and links.
    """
    return printable(name.replace("\\", "/").rstrip("/").rpartition("/")[2]) or "document"

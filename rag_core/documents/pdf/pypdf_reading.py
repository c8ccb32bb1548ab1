"""Reads PDFs as LlamaIndex's PDFReader does: `extract_text` of pypdf for each page, and nothing after it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.document import Page
from rag_core.documents.limits import MAX_CHARACTERS, MAX_PAGES, Limits, over
from rag_core.documents.page_processes import each_page
from rag_core.documents.page_progress import pages_done
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf.findings import OCR, have
from rag_core.documents.pdf.opening import open_pdf
from rag_core.errors import UserError
from rag_core.text.numbers import counted

if TYPE_CHECKING:
    from pypdf import PdfReader

log = logging.getLogger(__name__)

# How the notebook joins the documents that PDFReader gives, one for each page.
BETWEEN_PAGES = "\n\n"
_IMAGES = f"If there are images of text, {OCR}"


def read(data: bytes, password: str | None, limits: Limits) -> Parsed:
    """Read every page. Raises UserError for damaged files, too much of anything, and files without text."""
    pdf = open_pdf(data, password)
    try:
        sizes = [_size(pdf, index) for index in range(min(len(pdf), int(limits.pages) + 1))]
        reader = _reader(data, pdf)
    finally:
        pdf.close()
    count = len(reader.pages)
    if count > limits.pages:
        raise UserError(over("pages", count, limits.pages, MAX_PAGES))
    texts, failed = _texts(reader, count, limits)
    if not any(text.strip() for text in texts):
        raise UserError(f"cannot be searched: pypdf finds no text on its {counted(count, 'page')}. {_IMAGES}")
    notices = [f"{have(failed)} content that pypdf cannot read: no text of it is searched."] if failed else []
    blank = [number for number, text in enumerate(texts, 1) if not text.strip() and number not in failed]
    notices += [f"{have(blank)} no text that pypdf finds. {_IMAGES}"] if blank else []
    return Parsed(BETWEEN_PAGES.join(texts), _pages(texts, sizes), notices=tuple(notices))


def _size(pdf: pdfium.PdfDocument, index: int) -> tuple[float, float]:
    try:
        width, height = pdf.get_page_size(index)
    except pdfium.PdfiumError:  # pypdf may read a page that pdfium cannot load
        return 0.0, 0.0
    return width, height


def _reader(data: bytes, pdf: pdfium.PdfDocument) -> PdfReader:
    """The file as pypdf reads it; of an encrypted one, a copy that pdfium has decrypted."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    copy = io.BytesIO(data)
    try:
        if raw.FPDF_GetSecurityHandlerRevision(pdf) >= 0:
            copy = io.BytesIO()
            pdf.save(copy, flags=raw.FPDF_REMOVE_SECURITY)
        reader = PdfReader(copy)
        len(reader.pages)
    except MemoryError:
        raise
    except Exception as error:  # whatever pypdf makes of a damaged file
        log.exception("pypdf could not open the file")
        raise UserError("cannot be opened by pypdf, though pdfium opens it: choose the parser pdfium.") from error
    return reader


def _texts(reader: PdfReader, count: int, limits: Limits) -> tuple[list[str], list[int]]:
    """The text of each page, and the numbers of the pages that could not be read."""
    texts: list[str] = []
    failed: list[int] = []
    length = 0
    with closing(each_page(count, lambda index: _text(reader, index), lambda text: text is not None)) as pages:
        for text in pages:
            texts.append(text or "")
            failed += [len(texts)] if text is None else []
            length += len(texts[-1])
            if length > limits.characters:
                raise UserError(over("characters or more", length, limits.characters, MAX_CHARACTERS))
            pages_done("read", len(texts), count)
    return texts, failed


def _text(reader: PdfReader, index: int) -> str | None:
    """The text of a page (indices from 0); None for one that cannot be read."""
    try:
        text = reader.pages[index].extract_text()
    except MemoryError:
        raise
    except Exception:  # whatever a page provokes: the others can be read
        log.exception("page %d could not be read", index + 1)
        return None
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # lone surrogates cannot be stored


def _pages(texts: Iterable[str], sizes: list[tuple[float, float]]) -> tuple[Page, ...]:
    pages: list[Page] = []
    start = 0
    for index, text in enumerate(texts):
        width, height = sizes[index] if index < len(sizes) else (None, None)
        usable = width is not None and height is not None and width > 0 and height > 0
        pages.append(Page(index + 1, start, start + len(text), *((width, height) if usable else (None, None))))
        start += len(text) + len(BETWEEN_PAGES)
    return tuple(pages)

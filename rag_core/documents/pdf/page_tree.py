"""Finds the pages of a PDF that its page tree does not count: pdfium, like others, shows no more than those."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium

from rag_core.documents.pdf.opening import open_pdf
from rag_core.documents.pdf.structure import Structure, inherited, resolved, value

if TYPE_CHECKING:
    from pypdf import PdfReader

log = logging.getLogger(__name__)

_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_PACKED = re.compile(rb"/ObjStm\b.{0,500}?\bstream\r?\n", re.DOTALL)
_MAX_UNPACKED = 4_000_000  # bytes of objects that are packed together
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


@contextmanager
def open_whole(data: bytes, password: str | None) -> Iterator[tuple[pdfium.PdfDocument, int]]:
    """A PDF with all its pages, and how many of them its page tree does not count. Raises UserError as `open_pdf`."""
    with open_pdf(data, password) as pdf:
        whole = _with_all_pages(pdf, data)
        try:
            yield whole, len(whole) - len(pdf)
        finally:
            if whole is not pdf:
                whole.close()


def _with_all_pages(pdf: pdfium.PdfDocument, data: bytes) -> pdfium.PdfDocument:
    """The document, or one with the pages that its tree has and does not count."""
    if _pages_in(data) <= len(pdf):
        return pdf
    try:
        reader = Structure(pdf).reader
        leaves = _leaves(value(reader.root_object, "/Pages"))
        return pdfium.PdfDocument(_counted(reader, leaves)) if len(leaves) > len(pdf) else pdf
    except Exception:  # whatever a damaged file provokes costs the pages that its tree hides at most
        log.exception("the page tree cannot be read")
        return pdf


def _pages_in(data: bytes) -> int:
    """How many pages the bytes seem to hold: older versions of them too, but not what is both packed and encrypted."""
    return len(_PAGE.findall(data)) + sum(len(_PAGE.findall(unpacked)) for unpacked in _unpacked(data))


def _unpacked(data: bytes) -> Iterator[bytes]:
    for found in _PACKED.finditer(data):
        try:
            yield zlib.decompressobj().decompress(memoryview(data)[found.end() :], _MAX_UNPACKED)
        except zlib.error:  # encrypted, or packed in another way
            continue


def _leaves(root: Any) -> list[Any]:
    """The pages of a tree in their order, each once, whatever the tree counts and wherever it turns in a circle."""
    pages: list[Any] = []
    seen: set[int] = set()
    rest = [root]
    while rest:
        node = resolved(rest.pop())
        if id(node) in seen or not hasattr(node, "get"):
            continue
        seen.add(id(node))
        kids = value(node, "/Kids")
        if isinstance(kids, list):
            rest += reversed(kids)
        elif value(node, "/Type") in ("/Page", None):
            pages.append(node)
    return pages


def _counted(reader: PdfReader, pages: list[Any]) -> bytes:
    """The file with a page tree that is one list."""
    from pypdf.generic import ArrayObject, NameObject, NumberObject

    root = value(reader.root_object, "/Pages")
    for page in pages:
        page.update({NameObject(key): found for key in _INHERITED if (found := inherited(page, key)) is not None})
    for page in pages:
        page[NameObject("/Parent")] = root.indirect_reference
    root[NameObject("/Kids")] = ArrayObject([page.indirect_reference for page in pages])
    root[NameObject("/Count")] = NumberObject(len(pages))
    return _written(reader)


def _written(reader: PdfReader) -> bytes:
    from pypdf import PdfWriter

    out = io.BytesIO()
    PdfWriter(clone_from=reader).write(out)
    return out.getvalue()

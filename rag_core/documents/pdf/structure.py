"""The dictionaries of a PDF that pdfium does not hand out, read with pypdf from a copy that pdfium has written.

The copy is whole, not encrypted and not damaged, whatever the file is. It is made when something is asked for: most
files have no form, no layers and no attachments.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
from pypdfium2 import raw

if TYPE_CHECKING:
    from pypdf import PdfReader

log = logging.getLogger(__name__)

_MAX_DEPTH = 20  # of parents of a field, and of forms in forms


class Structure:
    """The dictionaries of an open PDF, as it was before any page was changed."""

    def __init__(self, pdf: pdfium.PdfDocument) -> None:
        self._pdf = pdf

    def catalog(self) -> Any:
        """The document's catalog."""
        return self.reader.root_object

    def form(self) -> Any:
        """The dictionary of the interactive form; an empty one where there is none."""
        return value(self.catalog(), "/AcroForm") or {}

    def annotations(self, index: int) -> list[Any]:
        """The annotations of a page, in the order in which pdfium counts them; None for what is none."""
        found = value(self.reader.pages[index], "/Annots") or []
        return [resolved(item) for item in found]

    def fonts(self, index: int) -> Iterator[Any]:
        """The fonts of a page and of the forms on it."""
        yield from _fonts(self.reader.pages[index], 0)

    @cached_property
    def reader(self) -> PdfReader:
        """The file as pypdf reads it."""
        from pypdf import PdfReader

        logging.getLogger("pypdf").setLevel(logging.ERROR)
        copy = io.BytesIO()
        self._pdf.save(copy, flags=raw.FPDF_REMOVE_SECURITY)
        return PdfReader(copy)


def resolved(item: Any) -> Any:
    """The object that a reference stands for; None where there is none."""
    return item.get_object() if hasattr(item, "get_object") else item


def value(dictionary: Any, key: str) -> Any:
    """The value of a key, None where there is none or where `dictionary` is none itself."""
    return resolved(dictionary.get(key)) if hasattr(dictionary, "get") else None


def inherited(field: Any, key: str) -> Any:
    """The value of a key that a form field has itself or gets from its parents."""
    for _ in range(_MAX_DEPTH):
        if field is None:
            return None
        found = value(field, key)
        if found is not None:
            return found
        field = value(field, "/Parent")
    return None


def _fonts(holder: Any, depth: int) -> Iterator[Any]:
    resources = inherited(holder, "/Resources")
    for font in (value(resources, "/Font") or {}).values():
        yield resolved(font)
    for item in (value(resources, "/XObject") or {}).values() if depth < _MAX_DEPTH else ():
        form = resolved(item)
        if value(form, "/Subtype") == "/Form" and value(form, "/Resources") is not None:
            yield from _fonts(form, depth + 1)

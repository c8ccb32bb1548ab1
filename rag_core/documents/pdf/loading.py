"""Loads a page with its annotations as part of its content, so that they can be read and drawn like the rest.

pdfium reads no text of annotations and draws no form fields; it can flatten them into the content.
"""

from __future__ import annotations

import ctypes
import logging
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.annotations import Annotation, annotation
from rag_core.documents.pdf.elsewhere import file_name
from rag_core.documents.pdf.pages import load_page
from rag_core.documents.pdf.structure import Structure

log = logging.getLogger(__name__)

_WITHOUT_TEXT = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP)
_INVISIBLE = 1  # a flag for kinds of annotations that a viewer does not know


@dataclass
class LoadedPage:
    """A page whose annotations are content: its objects from `first_added` on, None where there are none.

    `annotations` are those that are shown, `layer_off` those with text whose layer is off, `fields` counts form fields,
    `files` are the names of files attached to the page. `failed` tells that something about the annotations could not
    be read, `resized` that the file gives the page no size to use.
    """

    page: pdfium.PdfPage
    annotations: list[Annotation] = field(default_factory=list)
    layer_off: list[Annotation] = field(default_factory=list)
    first_added: int | None = None
    fields: int = 0
    files: list[str] = field(default_factory=list)
    failed: bool = False
    resized: bool = False


def load_content(pdf: pdfium.PdfDocument, index: int, structure: Structure) -> LoadedPage:
    """Load a page. Raises PdfiumError for one that cannot be loaded."""
    page, resized = load_page(pdf, index)
    kinds = [_kind(page, place) for place in range(raw.FPDFPage_GetAnnotCount(page))]
    if all(kind in _WITHOUT_TEXT for kind in kinds):
        return LoadedPage(page, resized=resized)
    loaded = LoadedPage(
        page, resized=resized, fields=kinds.count(raw.FPDF_ANNOT_WIDGET), first_added=raw.FPDFPage_CountObjects(page)
    )
    loaded.files = [_file(page, place) for place, kind in enumerate(kinds) if kind == raw.FPDF_ANNOT_FILEATTACHMENT]
    _choose(loaded, _dictionaries(loaded, index, structure), kinds, structure)
    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    page.close()
    loaded.page = pdf[index]  # flattening shows only in a page that is loaded after it
    return loaded


def _kind(page: pdfium.PdfPage, place: int) -> int:
    handle = raw.FPDFPage_GetAnnot(page, place)
    try:
        return int(raw.FPDFAnnot_GetSubtype(handle)) if handle else raw.FPDF_ANNOT_POPUP
    finally:
        raw.FPDFPage_CloseAnnot(handle)


def _file(page: pdfium.PdfPage, place: int) -> str:
    handle = raw.FPDFPage_GetAnnot(page, place)
    try:
        return file_name(raw.FPDFAnnot_GetFileAttachment(handle))
    finally:
        raw.FPDFPage_CloseAnnot(handle)


def _dictionaries(loaded: LoadedPage, index: int, structure: Structure) -> list[Any]:
    try:
        return structure.annotations(index)
    except Exception:  # whatever a damaged file provokes costs this page's annotations at most
        log.exception("the annotations of page %s cannot be read", index + 1)
        loaded.failed = True
        return []


def _choose(loaded: LoadedPage, items: list[Any], kinds: list[int], structure: Structure) -> None:
    """Remove the annotations that are not shown, and those whose text is set anew."""
    if len(items) != len(kinds):
        loaded.failed = True
        return
    undrawn = False
    for place in reversed(range(len(items))):  # what is removed moves those after it
        if kinds[place] in _WITHOUT_TEXT:
            continue
        try:
            found = annotation(items[place], structure)
        except Exception:  # a fault of one annotation costs no other
            log.exception("annotation %s cannot be read", place)
            loaded.failed = True
            continue
        _note(loaded, found)
        if found is None or found.layer_off or found.is_set_anew:
            raw.FPDFPage_RemoveAnnot(loaded.page, place)
        else:
            _prepare(loaded.page, place, found)
            undrawn |= not found.has_appearance
    loaded.annotations.reverse()
    if undrawn:
        loaded.page.render(scale=0.02)  # pdfium makes the appearance of a highlight or a circle when it draws one


def _note(loaded: LoadedPage, found: Annotation | None) -> None:
    if found is not None and not found.layer_off:
        loaded.annotations.append(found)
    elif found is not None and found.text:
        loaded.layer_off.append(found)


def _prepare(page: pdfium.PdfPage, place: int, found: Annotation) -> None:
    """Have pdfium flatten an annotation in the state that it shows."""
    handle = raw.FPDFPage_GetAnnot(page, place)
    raw.FPDFAnnot_SetFlags(handle, raw.FPDFAnnot_GetFlags(handle) & ~_INVISIBLE)
    if found.state:
        state = found.state.removeprefix("/")
        raw.FPDFAnnot_SetStringValue(handle, b"AS", (ctypes.c_ushort * (len(state) + 1))(*map(ord, state)))
    raw.FPDFPage_CloseAnnot(handle)

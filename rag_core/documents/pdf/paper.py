"""Finds the letters of a page that stand on plain paper: on no image, and with no line drawn through them."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.calls import bounds_of, objects_of
from rag_core.documents.pdf.coordinates import displayed
from rag_core.documents.pdf.layers import Integers
from rag_core.documents.pdf.raster import Flags
from rag_core.documents.reflow.lines import Floats

_RECTANGLE = 5  # segments of a path: a move and four sides
_MAX_COMPARED = 1_000_000  # pairs of letters and drawings
_MAX_DEPTH = 30  # of forms in forms
_PICTURES = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING)


def on_one_paper(page: pdfium.PdfPage, letters: Floats, firsts: Integers) -> Integers | None:
    """Where the runs of letters begin that stand on one plain paper each; None where there may be other letters.

    `letters` are boxes on the displayed page, those of a line one after another from each of `firsts` on. No image or
    shading is on such a page, and whatever is drawn is apart from a letter or a rectangle around it.
    """
    objects, kinds = objects_of(page)
    if np.isin(kinds, _PICTURES).any():
        return None
    forms = [objects[index] for index in np.flatnonzero(kinds == raw.FPDF_PAGEOBJ_FORM).tolist()]
    found = [_kinds_in(ctypes.cast(form, raw.FPDF_PAGEOBJECT), 0) for form in forms]
    if any(kind in _PICTURES for kinds_in in found for kind in kinds_in):
        return None
    drawn = [form for form, kinds_in in zip(forms, found, strict=True) if raw.FPDF_PAGEOBJ_PATH in kinds_in]
    paths = [objects[index] for index in np.flatnonzero(kinds == raw.FPDF_PAGEOBJ_PATH).tolist()]
    simple = [raw.FPDFPath_CountSegments(ctypes.cast(path, raw.FPDF_PAGEOBJECT)) <= _RECTANGLE for path in paths]
    boxes = displayed(bounds_of([*paths, *drawn]), page)
    return _runs(boxes, np.array([*simple, *[False] * len(drawn)], dtype=bool), letters, firsts)


def _kinds_in(form: Any, depth: int) -> set[int]:
    """The kinds of objects in a form and in the forms in it; one that is too deep to look into counts as an image."""
    if depth > _MAX_DEPTH:
        return {raw.FPDF_PAGEOBJ_IMAGE}
    found: set[int] = set()
    for index in range(raw.FPDFFormObj_CountObjects(form)):
        item = raw.FPDFFormObj_GetObject(form, index)
        kind = raw.FPDFPageObj_GetType(item)
        found |= _kinds_in(item, depth + 1) if kind == raw.FPDF_PAGEOBJ_FORM else {kind}
        if raw.FPDF_PAGEOBJ_IMAGE in found:
            break
    return found


def _runs(drawn: Floats, simple: Flags, letters: Floats, firsts: Integers) -> Integers | None:
    """The starts of lines, and the places within lines where a rectangle around letters begins or ends."""
    lines = np.concatenate(
        (np.minimum.reduceat(letters[:, :2], firsts), np.maximum.reduceat(letters[:, 2:], firsts)), axis=1
    )
    near = _touching(drawn, lines) & ~(simple[:, None] & _within(lines, drawn))
    chosen = np.flatnonzero(np.repeat(near.any(axis=0), np.diff(np.append(firsts, len(letters)))))
    drawn, simple = drawn[near.any(axis=1)], simple[near.any(axis=1)]
    if len(chosen) * len(drawn) > _MAX_COMPARED:
        return None
    around = simple[:, None] & _within(letters[chosen], drawn)
    if (_touching(drawn, letters[chosen]) & ~around).any():
        return None
    changes = (around[:, 1:] != around[:, :-1]).any(axis=0)
    return np.union1d(firsts, chosen[1:][changes])


def _touching(drawn: Floats, boxes: Floats) -> Flags:
    """Which drawings share a part with which boxes: shape (drawings, boxes)."""
    left, top, right, bottom = drawn.T[:, :, None]
    found: Flags = (left < boxes[:, 2]) & (right > boxes[:, 0]) & (top < boxes[:, 3]) & (bottom > boxes[:, 1])
    return found


def _within(boxes: Floats, drawn: Floats) -> Flags:
    """Which boxes are within which drawings: shape (drawings, boxes)."""
    left, top, right, bottom = drawn.T[:, :, None]
    found: Flags = (left <= boxes[:, 0]) & (right >= boxes[:, 2]) & (top <= boxes[:, 1]) & (bottom >= boxes[:, 3])
    return found

"""A first glance at a page: most have nothing but letters on plain paper, each of which leaves ink.

To draw a page without its text takes a call for each text on it, and some files have a text for each letter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.layers import Codes, Integers
from rag_core.documents.pdf.painted import text_style
from rag_core.documents.pdf.raster import Flags, Raster
from rag_core.documents.reflow.lines import Floats

_CONTRAST = 40  # of 255, between a letter and its paper
_MARK_CONTRAST = 20  # of 255, for a line of dashes and the like
_SHADES = 16  # of 255: what counts as one colour
_PLAIN = 0.12  # of the pixels of a line have the colour of its paper: bold letters leave little of it
_SAMPLES = 8  # pixels across a letter, and down
_LOOKED_AT = 200  # objects at the start of the page and at its end: the image of a scan is the first or the last
_MAX_DEPTH = 30  # of forms in forms


def is_ordinary(page: pdfium.PdfPage, handle: Any, codes: Codes, bands: Floats, lines: Integers, places: Flags) -> bool:
    """Whether the letters and digits at these places are evidently seen, on a page without images.

    `bands` are the middles of the boxes of all characters, and `lines` the numbers of their lines. A line without
    letters or digits is judged by its marks; beside letters, marks may be too small to be told.
    """
    if _has_image(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, 0):
        return False
    firsts = np.flatnonzero(np.diff(lines[places], prepend=-1))
    texts = (raw.FPDFText_GetTextObject(handle, place) for place in np.flatnonzero(places)[firsts].tolist())
    if any(text_style(text).invisible for text in texts):
        return False
    values = Raster(page, [], scale=1.0, grey=True).values(bands[places], _SAMPLES)
    distinct, which = np.unique(codes[places], return_inverse=True)
    spelled = np.array([chr(code).isalnum() for code in distinct.tolist()])[which]
    return _all_inked(values, firsts, spelled)


def _all_inked(values: Integers, firsts: Integers, spelled: Flags) -> bool:
    """Whether the letters differ from the paper of their lines; `values` are grey, of shape (letters, samples)."""
    counts = np.diff(np.append(firsts, len(values)))
    line = np.repeat(np.arange(len(firsts)), counts)
    lightest, darkest = values.max(axis=1), values.min(axis=1)
    top, bottom = np.maximum.reduceat(lightest, firsts)[line], np.minimum.reduceat(darkest, firsts)[line]
    light = np.add.reduceat((values >= top[:, None] - _SHADES).mean(axis=1), firsts)
    dark = np.add.reduceat((values <= bottom[:, None] + _SHADES).mean(axis=1), firsts)
    if (np.maximum(light, dark) < _PLAIN * counts).any():
        return False
    contrast = np.where((light >= dark)[line], top - darkest, lightest - bottom)
    marks_only = (np.add.reduceat(spelled.astype(np.intp), firsts) == 0)[line]
    faint = (contrast < np.where(spelled, _CONTRAST, _MARK_CONTRAST)) & (spelled | marks_only)
    return not faint.any()


def _has_image(parent: Any, count: Callable[..., int], get: Callable[..., Any], depth: int) -> bool:
    """Whether an image or a shading is among the objects looked at, or forms too deep to look into."""
    total = count(parent)
    for index in (*range(min(total, _LOOKED_AT)), *range(max(_LOOKED_AT, total - _LOOKED_AT), total)):
        item = get(parent, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING) or depth > _MAX_DEPTH:
            return True
        if kind == raw.FPDF_PAGEOBJ_FORM:
            inner = (raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, depth + 1)
            if _has_image(item, *inner):
                return True
    return False

"""A first glance at a page: most have nothing but letters on plain paper, each of which leaves ink.

To draw a page without its text takes a call for each text on it, and some files have a text for each letter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.layers import Codes, Integers
from rag_core.documents.pdf.painted import text_style
from rag_core.documents.pdf.paper import on_one_paper
from rag_core.documents.pdf.raster import Flags, Pixels, Raster
from rag_core.documents.reflow.lines import Floats

_CONTRAST = 40  # of 255, between a letter and its paper
_MARK_CONTRAST = 20  # of 255, for a line of dashes and the like
_SHADES = 16  # of 255: what counts as one colour
_SAMPLES = 8  # pixels across a letter, and down
_ALPHANUMERIC = np.array([chr(code).isalnum() for code in range(0x3000)])  # those of most alphabets


def is_ordinary(page: pdfium.PdfPage, handle: Any, codes: Codes, bands: Floats, lines: Integers, places: Flags) -> bool:
    """Whether the letters and digits at these places are evidently seen, on plain paper.

    `bands` are the middles of the boxes of all characters, and `lines` the numbers of their lines. A line without
    letters or digits is judged by its marks; beside letters, marks may be too small to be told.
    """
    firsts = np.flatnonzero(np.diff(lines[places], prepend=-1))
    runs = on_one_paper(page, bands[places], firsts)
    if runs is None:
        return False
    texts = (raw.FPDFText_GetTextObject(handle, place) for place in np.flatnonzero(places)[firsts].tolist())
    if any(text_style(text).invisible for text in texts):
        return False
    values = Raster(page, [], scale=1.0, grey=True).values(bands[places], _SAMPLES)
    spelled = _is_alphanumeric(codes[places])
    return _all_inked(values, runs, spelled)


def _is_alphanumeric(codes: Codes) -> Flags:
    """Whether the characters are letters or digits."""
    low = _ALPHANUMERIC.take(codes, mode="clip")
    if not len(codes) or codes.max() < len(_ALPHANUMERIC):
        return low
    return np.array([chr(code).isalnum() for code in codes.tolist()])


def _all_inked(values: Pixels, firsts: Integers, spelled: Flags) -> bool:
    """Whether the letters differ from the paper of their runs; `values` are grey, of shape (samples, letters)."""
    counts = np.diff(np.append(firsts, values.shape[1]))
    line = np.repeat(np.arange(len(firsts)), counts)
    lightest, darkest = values.max(axis=0).astype(np.int16), values.min(axis=0).astype(np.int16)
    top, bottom = np.maximum.reduceat(lightest, firsts)[line], np.minimum.reduceat(darkest, firsts)[line]
    lights = values >= np.maximum(top - _SHADES, 0).astype(np.uint8)
    darks = values <= np.minimum(bottom + _SHADES, 255).astype(np.uint8)
    light = np.add.reduceat(lights.sum(axis=0, dtype=np.uint16), firsts, dtype=np.intp)
    dark = np.add.reduceat(darks.sum(axis=0, dtype=np.uint16), firsts, dtype=np.intp)
    contrast = np.where((light >= dark)[line], top - darkest, lightest - bottom)
    marks_only = (np.add.reduceat(spelled.astype(np.intp), firsts) == 0)[line]
    faint = (contrast < np.where(spelled, _CONTRAST, _MARK_CONTRAST)) & (spelled | marks_only)
    return not faint.any()

"""Letters of right-to-left scripts that one glyph shows together, such as lam and alef, in the order of reading."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.reflow.lines import Floats

Codes = NDArray[np.uint32]

_BLOCKS = ((0x0590, 0x0900), (0xFB1D, 0xFE00), (0xFE70, 0xFEFF))  # Hebrew, Arabic and their neighbours, with marks
_FORMS = (*range(0xFB1D, 0xFE00), *range(0xFE70, 0xFEFD))  # Unicode's own joined letters of Hebrew and Arabic
_MARK = "NSM"


def is_right_to_left(codes: Codes) -> NDArray[np.bool_]:
    """Whether each code is a letter or mark of Hebrew, Arabic or a script of that family."""
    found = np.zeros(len(codes), dtype=bool)
    if len(codes) and codes.max() >= _BLOCKS[0][0]:
        for first, end in _BLOCKS:
            found |= (codes >= first) & (codes < end)
    return found


def spread_joined_letters(codes: Codes, boxes: Floats) -> tuple[Codes, Floats]:
    """Give joined letters an equal part each of the box that they share, the first one the rightmost.

    pdfium reverses right-to-left words, and with them the letters that a font names for one glyph, but not those into
    which it has itself taken apart one of Unicode's joined letters. Marks keep the whole box.
    """
    if not is_right_to_left(codes).any():
        return codes, boxes
    shared = np.append(False, (boxes[1:] == boxes[:-1]).all(axis=1) & (boxes[1:, 2] > boxes[1:, 0]))
    shared &= is_right_to_left(codes)
    codes, boxes = codes.copy(), boxes.copy()
    starts = np.flatnonzero(~shared & np.append(shared[1:], False))
    ends = np.flatnonzero(shared & ~np.append(shared[1:], False)) + 1
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        letters = "".join(map(chr, codes[start:end].tolist()))
        letters = letters if letters in _joined_letters() else letters[::-1]
        codes[start:end] = [ord(char) for char in letters]
        boxes[start:end] = _parts(letters, boxes[start])
    return codes, boxes


def _parts(letters: str, box: Floats) -> Floats:
    """The parts of a box from right to left, one for each letter."""
    standing = [unicodedata.bidirectional(char) != _MARK for char in letters]
    parts = np.repeat(box[None, :], len(letters), axis=0)
    if sum(standing) > 1:
        width = (box[2] - box[0]) / sum(standing)
        place = np.cumsum(standing)[standing]
        parts[standing, 0], parts[standing, 2] = box[2] - place * width, box[2] - (place - 1) * width
    return parts


@lru_cache(maxsize=1)
def _joined_letters() -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFKC", chr(code)) for code in _FORMS)

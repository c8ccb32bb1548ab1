"""Turns the code points of a text layer into clean Unicode, one box per character."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag_core.documents.pdf.joined_letters import is_right_to_left, spread_joined_letters
from rag_core.documents.reflow.hyphens import HYPHEN_MARK
from rag_core.documents.reflow.lines import Floats

Codes = NDArray[np.uint32]

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_UNKNOWN = 0xFFFD
_BLANKS = [0x09, 0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F, 0x85, 0x2028, 0x2029]
PRIVATE_BULLETS = {0xF0B7: 0x2022, 0xF0A7: 0x25AA}  # the bullets of Word's symbol fonts, from the private-use area


def _cleaned() -> Codes:
    """What each of the first 65,536 codes becomes."""
    codes = np.arange(0x10000, dtype=np.uint32)
    control = (codes < 32) | ((codes >= 0x7F) & (codes < 0xA0)) | ((codes >= 0xD800) & (codes < 0xE000))
    found = np.where(control, _UNKNOWN, codes).astype(np.uint32)
    found[[10, 13]] = 10
    found[_BLANKS] = 32
    found[[ord(HYPHEN_MARK), 0xFFFE, 0xFFFF]] = ord(HYPHEN_MARK)
    found[list(PRIVATE_BULLETS)] = list(PRIVATE_BULLETS.values())
    return found


_CLEANED = _cleaned()
_IS_BLANK = np.array([chr(code).isspace() for code in range(0x3002)])  # all white space is below the last one


def clean(codes: Codes, boxes: Floats) -> tuple[str, Floats]:
    """The text, and boxes of shape (len(text), 4); white space has NaN.

    NULs are dropped, line ends become "\\n", ligatures become letters that share the box, and surrogate pairs become
    one character. Control characters and lone surrogates, which stand for glyphs of unknown letters, become U+FFFD.
    Private-use characters and the Unicode normalization form stay as they are.
    """
    codes, boxes = _pair_surrogates(codes, boxes)
    keep = (codes != 0) & ~((codes == 13) & (np.append(codes[1:], 0) == 10))
    codes, boxes = codes[keep], boxes[keep]
    below = _CLEANED.take(codes, mode="clip")
    codes = np.where(codes < len(_CLEANED), below, np.where(codes > 0x10FFFF, _UNKNOWN, codes))
    codes, boxes = spread_joined_letters(*_expand_ligatures(codes.astype(np.uint32), boxes))
    text = codes.astype("<u4").tobytes().decode("utf-32-le")
    blank = _IS_BLANK.take(codes, mode="clip")
    boxes = _split_shared(boxes, is_right_to_left(codes))
    boxes[blank] = np.nan
    return text, boxes


def _pair_surrogates(codes: Codes, boxes: Floats) -> tuple[Codes, Floats]:
    high = (codes >= 0xD800) & (codes < 0xDC00)
    low = (codes >= 0xDC00) & (codes < 0xE000)
    first = np.flatnonzero(high[:-1] & low[1:])
    if not len(first):
        return codes, boxes
    codes = codes.copy()
    codes[first] = 0x10000 + ((codes[first] - 0xD800) << 10) + (codes[first + 1] - 0xDC00)
    return np.delete(codes, first + 1), np.delete(boxes, first + 1, axis=0)


def _expand_ligatures(codes: Codes, boxes: Floats) -> tuple[Codes, Floats]:
    found = np.flatnonzero((codes >= 0xFB00) & (codes <= 0xFB06))
    if not len(found):
        return codes, boxes
    letters = {int(index): _LIGATURES[int(codes[index])] for index in found}
    counts = np.ones(len(codes), dtype=np.intp)
    counts[found] = [len(word) for word in letters.values()]
    starts = np.cumsum(counts) - counts
    spread = np.repeat(codes, counts)
    for index, word in letters.items():
        spread[starts[index] : starts[index] + len(word)] = [ord(letter) for letter in word]
    return spread, np.repeat(boxes, counts, axis=0)


def _split_shared(boxes: Floats, done: NDArray[np.bool_]) -> Floats:
    """Split a box that several letters in a row share into one part per letter, from left to right, where not done."""
    if not len(boxes):
        return boxes
    left, top, right, bottom = boxes.T
    same = (left[1:] == left[:-1]) & (right[1:] == right[:-1]) & (top[1:] == top[:-1]) & (bottom[1:] == bottom[:-1])
    new = np.append(True, ~same | (right[1:] <= left[1:]) | done[1:])
    if new.all():
        return boxes.copy()
    run = np.cumsum(new) - 1
    counts = np.bincount(run)[run]
    place = np.arange(len(boxes)) - np.flatnonzero(new)[run]
    part = (boxes[:, 2] - boxes[:, 0]) / counts
    shared = boxes.copy()
    many = counts > 1
    shared[many, 0] = (boxes[:, 0] + place * part)[many]
    shared[many, 2] = (boxes[:, 0] + (place + 1) * part)[many]
    return shared

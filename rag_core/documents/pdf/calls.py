"""Calls of pdfium for every character or object of a page: the ordinary ones take longer than pdfium does."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from rag_core.documents.reflow.lines import Floats


def _called_with_addresses(function: Any, result: Any, *arguments: Any) -> Any:
    """The same function, which takes addresses as integers, and lets no other thread run meanwhile.

    To check a pointer, or to let others run, costs more than the call.
    """
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_unicode = _called_with_addresses(raw.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_text = _called_with_addresses(
    raw.FPDFText_GetText, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p
)
_error = _called_with_addresses(raw.FPDFText_HasUnicodeMapError, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_box = _called_with_addresses(
    raw.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_text_object = _called_with_addresses(raw.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_matrix = _called_with_addresses(raw.FPDFText_GetMatrix, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_font_size = _called_with_addresses(raw.FPDFText_GetFontSize, ctypes.c_double, ctypes.c_void_p, ctypes.c_int)
_origin = _called_with_addresses(
    raw.FPDFText_GetCharOrigin, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p
)
_glyph_box = _called_with_addresses(
    raw.FPDFText_GetCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_void_p] * 4
)
_font = _called_with_addresses(raw.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)
_object = _called_with_addresses(raw.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_kind = _called_with_addresses(raw.FPDFPageObj_GetType, ctypes.c_int, ctypes.c_void_p)
_bounds = _called_with_addresses(raw.FPDFPageObj_GetBounds, ctypes.c_int, *[ctypes.c_void_p] * 5)


def code_points(textpage: pdfium.PdfTextPage) -> NDArray[np.uint32]:
    """The code point of each character.

    All at once, pdfium gives those that are text, the same but for marks such as hyphens; each of those is asked for,
    as is every character where some are no text.
    """
    count = textpage.count_chars()
    units = np.zeros(count + 1, dtype=np.uint16)
    if _text(_address(textpage), 0, count, units.ctypes.data) != count + 1:
        return np.fromiter(map(_unicode, repeat(_address(textpage)), range(count)), dtype=np.uint32, count=count)
    codes = units[:-1].astype(np.uint32)
    for place in np.flatnonzero((codes < 10) | (codes >= 0xD800)).tolist():
        codes[place] = _unicode(_address(textpage), place)
    return codes


def mapping_errors(textpage: pdfium.PdfTextPage, places: Iterable[int], count: int) -> NDArray[np.bool_]:
    """Whether the characters at `count` places have no Unicode mapping."""
    found = np.fromiter(map(_error, repeat(_address(textpage)), places), dtype=np.int32, count=count)
    return np.equal(found, 1)


def loose_boxes(textpage: pdfium.PdfTextPage) -> Floats:
    """The box of each character in the height of its font: left, top, right, bottom with y upwards."""
    count = textpage.count_chars()
    boxes = np.zeros((count, 4), dtype=np.float32)
    start, size = boxes.ctypes.data, 4 * boxes.itemsize
    places = range(start, start + count * size, size)
    deque(map(_box, repeat(_address(textpage)), range(count), places), maxlen=0)
    return boxes


def text_objects(textpage: pdfium.PdfTextPage, places: Sequence[int]) -> list[int | None]:
    """The addresses of the text objects of characters; None for a character that pdfium has inserted."""
    return list(map(_text_object, repeat(_address(textpage)), places))


def font_sizes(textpage: pdfium.PdfTextPage, places: Sequence[int]) -> NDArray[np.float64]:
    """The font sizes of characters in points on the page."""
    text, count = _address(textpage), len(places)
    matrices = np.zeros((count, 6), dtype=np.float32)
    start, size = matrices.ctypes.data, 6 * matrices.itemsize
    deque(map(_matrix, repeat(text), places, range(start, start + count * size, size)), maxlen=0)
    sizes = np.fromiter(map(_font_size, repeat(text), places), dtype=np.float64, count=count)
    return sizes * np.hypot(matrices[:, 2], matrices[:, 3])


def baselines(textpage: pdfium.PdfTextPage, places: Sequence[int]) -> Floats:
    """Where the baselines of characters begin: x and y in the page's own coordinates, shape (len(places), 2)."""
    text, found = _address(textpage), np.zeros((len(places), 2), dtype=np.float64)
    start, size = found.ctypes.data, found.itemsize
    for place, at in zip(places, range(start, start + found.nbytes, 2 * size), strict=True):
        _origin(text, place, at, at + size)
    return found.astype(np.float32)


def glyph_boxes(textpage: pdfium.PdfTextPage, places: Sequence[int]) -> Floats:
    """The boxes of the ink of characters in the page's own coordinates: left, top, right, bottom with y upwards."""
    text, found = _address(textpage), np.zeros((len(places), 4), dtype=np.float64)
    start, size = found.ctypes.data, found.itemsize
    for place, at in zip(places, range(start, start + found.nbytes, 4 * size), strict=True):
        _glyph_box(text, place, at, at + 2 * size, at + 3 * size, at + size)
    return found.astype(np.float32)


def font_of(text_object: int) -> int:
    """The address of a text object's font."""
    return int(_font(text_object) or 0)


def objects_of(page: pdfium.PdfPage) -> tuple[list[int], NDArray[np.intp]]:
    """The addresses of the objects on a page, and their kinds; not those within forms."""
    count = raw.FPDFPage_CountObjects(page)
    found = list(map(_object, repeat(_address(page)), range(count)))
    return found, np.fromiter(map(_kind, found), dtype=np.intp, count=count)


def bounds_of(objects: Sequence[int]) -> Floats:
    """The boxes of objects in the page's coordinates: left, top, right, bottom with y upwards."""
    boxes = np.zeros((len(objects), 4), dtype=np.float32)
    for item, start in zip(objects, range(boxes.ctypes.data, boxes.ctypes.data + boxes.nbytes, 16), strict=True):
        _bounds(item, start, start + 12, start + 8, start + 4)
    return boxes


def _address(helper: pdfium.PdfTextPage | pdfium.PdfPage) -> int | None:
    return ctypes.cast(helper.raw, ctypes.c_void_p).value

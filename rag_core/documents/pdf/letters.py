"""Counts the letters of a page whose fonts do not say which characters they stand for."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from rag_core.documents.pdf.calls import mapping_errors
from rag_core.documents.pdf.cleaning import PRIVATE_BULLETS
from rag_core.documents.pdf.layers import Codes
from rag_core.documents.pdf.raster import Flags
from rag_core.documents.pdf.structure import Structure, value

# The names of the glyphs from 32 to 126 in Adobe's list.
_ASCII_NAMES = (
    "space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma "
    "hyphen period slash zero one two three four five six seven eight nine colon semicolon less equal greater question "
    "at A B C D E F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore "
    "grave a b c d e f g h i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde"
)
_NAME_OF = {code: f"/{name}" for code, name in enumerate(_ASCII_NAMES.split(), 32)}


def unmapped(textpage: pdfium.PdfTextPage, codes: Codes) -> Flags:
    """The characters without a Unicode mapping: pdfium gives the glyph's number, or a private-use character."""
    found: Flags = (codes >= 0xE000) & (codes < 0xF900) & ~np.isin(codes, list(PRIVATE_BULLETS))
    visible = np.flatnonzero(codes > 32)
    found[visible] |= mapping_errors(textpage, visible.tolist(), len(visible))
    return found


def confirmed(codes: NDArray[np.uint32], structure: Structure, index: int) -> int:
    """How many of the unmapped characters of a page are not what the names of their glyphs say.

    Of fonts that are drawn by procedures (Type 3) pdfium gives the glyphs' numbers, often those of the right letters.
    """
    names: dict[int, set[str]] = defaultdict(set)
    for font in structure.fonts(index):
        if value(font, "/ToUnicode") is None:
            for code, name in _named(value(value(font, "/Encoding"), "/Differences") or []):
                names[code].add(name)
    return sum(names.get(code) != {_NAME_OF.get(code, "")} for code in codes.tolist())


def _named(differences: Any) -> list[tuple[int, str]]:
    """The codes and names of an encoding's differences: a number is followed by the names from there on."""
    code, pairs = 0, []
    for item in differences:
        if isinstance(item, int):
            code = int(item)
        else:
            pairs.append((code, str(item)))
            code += 1
    return pairs

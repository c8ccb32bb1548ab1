"""How words are set: the font's size and weight, which a parser may know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Style(NamedTuple):
    """The look of a word: its size in points on the page, rounded to tenths, and its font."""

    size: float
    bold: bool = False
    italic: bool = False
    font: str = ""


# The styles of some words of a page, by the top left corner of a word's first letter: the first and the last word of
# each line that the parser saw.
Styles = Mapping[tuple[float, float], Style]

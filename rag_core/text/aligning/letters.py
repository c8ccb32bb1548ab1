"""The letters of a text: what two parsers of one file agree about, whatever they make of blanks, dashes and marks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.uint32]

# Quotes, Markdown marks, accents that stand alone, bullets, and the minus sign, which parsers take for a hyphen.
_MARKS = frozenset("\"'*_#|`~>\\^´¨¯¸˚ˆ˜•·●▪◦‣∙−¬")  # noqa: RUF001
# White space, format and control characters, accents, dashes, opening and closing quotes.
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Pd", "Pi", "Pf"))


class Letters(NamedTuple):
    """The folded letters of a text as code points, and for each of them the position of the character it comes from.

    A ligature is several letters at one position; blanks, hyphens, quotes and Markdown marks are none.
    """

    codes: Codes
    places: Ints

    def string(self, start: int = 0, end: int | None = None) -> str:
        """The letters from `start` to `end` as a string."""
        return as_string(self.codes[start:end])


def letters_of(text: str) -> Letters:
    """The letters of a text."""
    codes = code_points(text)
    distinct, which = np.unique(codes, return_inverse=True)
    folded = [folded_letters(chr(code)) for code in distinct.tolist()]
    lengths = np.array([len(letters) for letters in folded], np.int64)
    table = np.zeros((len(folded), max(map(len, folded), default=0)), np.uint32)
    for row, letters in enumerate(folded):
        table[row, : len(letters)] = code_points(letters)
    counts = lengths[which]
    places = np.repeat(np.arange(len(codes)), counts)
    within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    return Letters(table[which[places], within], places)


def code_points(text: str) -> Codes:
    """The characters of a text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def as_string(codes: Codes) -> str:
    """The text of code points."""
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=1 << 16)
def folded_letters(character: str) -> str:
    """What is left of a character without case, accents and form: "fi" of a ligature, nothing of a hyphen."""
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(part for part in decomposed if part not in _MARKS and unicodedata.category(part) not in _UNSEEN)

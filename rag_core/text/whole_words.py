"""Whether a place in a text is inside a word."""

from __future__ import annotations

import re
import unicodedata

# Letters of scripts that write no spaces between words: where a word ends there, only a dictionary knows.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_IN_NUMBERS, _IN_WORDS = ".,", "'\u2019"  # marks that are part of "3,526.5" and of "don't"


def is_inside_word(text: str, position: int) -> bool:
    """Whether the text before and after the position is of one word or number.

    Hyphens separate words. In scripts without spaces between words, no place counts as inside a word.
    """
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if _UNSPACED.match(before) or _UNSPACED.match(after):
        return False
    if _is_of_word(before) and _is_of_word(after):
        return True
    if before in _IN_NUMBERS + _IN_WORDS:
        return _joins(text[position - 2 : position - 1], before, after)
    return after in _IN_NUMBERS + _IN_WORDS and _joins(before, after, text[position + 1 : position + 2])


def _joins(before: str, mark: str, after: str) -> bool:
    """Whether a mark between two characters makes them one word."""
    return before.isdigit() and after.isdigit() if mark in _IN_NUMBERS else before.isalpha() and after.isalpha()


def _is_of_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"

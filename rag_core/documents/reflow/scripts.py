"""What the layout has to know about scripts: which are written without spaces, and which from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import bidirectional

# Chinese and Japanese with their punctuation and full-width forms, Yi, and rare Han characters; not Hangul.
_WIDE = "\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff9f\uffe0-\uffee\U0001b000-\U0001b2ff"
_WIDE += "\U00020000-\U0003ffff"
_SOUTH_EAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
_HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc"
_WIDE_MARKS = "\u3001-\u3004\u3008-\u3020\u3030\u303d\ufe30-\ufe4f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_CLOSING = (
    "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u3019\u301b\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
)
_CLOSING += "\uff3d\uff5d\uff61\uff63\uff64\u201d\u2019\u2026\u30fc"
_OPENING = "\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u3018\u301a\uff08\uff3b\uff5b\uff62\u201c\u2018"
_SHARED_MARKS = "\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u2500"  # of Western and of Chinese texts
RIGHT_TO_LEFT = ("R", "AL")
_ALNUM = "A-Za-z0-9\u00c0-\u024f\u0370-\u052f"

_SPACELESS = re.compile(f"[{_WIDE}{_SOUTH_EAST}]")
_spaceless = _SPACELESS.match
_hangul = re.compile(f"[{_HANGUL}]").match
_mark = re.compile(f"[{_WIDE_MARKS}]").match
_shared_mark = re.compile(f"[{_SHARED_MARKS}]").match
_LETTER = f"(?![{_WIDE_MARKS}])[{_WIDE}{_SOUTH_EAST}]"
_TIGHT = re.compile(f"{_LETTER}(?=[{_ALNUM}])|[{_ALNUM}](?={_LETTER})")
_SPACED = re.compile(f"{_LETTER} (?=[{_ALNUM}])|[{_ALNUM}] (?={_LETTER})")
# A line can be broken between most Chinese or Japanese characters, and after a few letters of Thai.
_FIRST_WORD = re.compile(f"[{_SOUTH_EAST}]{{1,6}}|[{_OPENING}]*[{_WIDE}][{_CLOSING}]*|[^\\s{_WIDE}{_SOUTH_EAST}]+|\\S+")


def is_right_to_left(char: str) -> bool:
    """Whether it is a letter of Hebrew, Arabic or another script that is read from right to left."""
    return bidirectional(char) in RIGHT_TO_LEFT


def is_left_to_right(char: str) -> bool:
    """Whether it is a letter of a script that is read from left to right."""
    return bidirectional(char) == "L"


def first_word_length(text: str) -> int:
    """The number of characters at the start of a line that no line break could separate, at least about."""
    word = _FIRST_WORD.match(text)
    return word.end() if word else 0


def spaces_foreign_words(lines: Iterable[str]) -> bool:
    """Whether the lines put spaces between, for example, Chinese and Latin words; True where none shows it."""
    tight = spaced = 0
    for line in filter(_SPACELESS.search, lines):  # the patterns below are slow
        tight += len(_TIGHT.findall(line))
        spaced += len(_SPACED.findall(line))
    return spaced >= tight


def space_between(before: str, after: str, *, spaced: bool) -> str:
    """What stood between two neighbouring characters before the line was broken there: a space, or nothing.

    `spaced` is what `spaces_foreign_words` says of the document.
    """
    sides = bool(_spaceless(before)), bool(_spaceless(after))
    if all(sides):
        return ""
    if not any(sides):
        return " "
    own, other = (before, after) if sides[0] else (after, before)
    if _hangul(other):
        return " "
    return "" if _mark(own) or _shared_mark(other) or not spaced else " "

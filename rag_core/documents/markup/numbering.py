"""The numbers of headings, such as "2.1", "A.1", "Chapter 3" or "Item 1A", and how deep they are."""

from __future__ import annotations

import re
from typing import NamedTuple

_SEPARATOR = r"(?:[.:)]?[ \t\u00a0\u2003]+|[.:]?\s*[\u2013\u2014:-]\s+)"
_DIGITS = re.compile(rf"(\d{{1,3}}(?:\.\d{{1,3}}){{0,5}}){_SEPARATOR}(?=\S)")
_LETTER = re.compile(r"([A-Z](?:\.\d{1,3}){1,5})\.?[ \t\u00a0\u2003]+(?=\S)|([A-Z])[.:]?[ \t\u00a0\u2003]+(?=\S)")
_ROMAN = re.compile(r"([IVXL]{1,6})\.[ \t\u00a0\u2003]+(?=\S)")
_NAMED = re.compile(
    r"(Part|Book|Title|Chapter|Appendix|Annex|Article|Item|Section|Note|Lecture|Week)\s+"
    r"(\d{1,3}[A-Z]?(?:\.\d{1,3})*|[IVXLC]{1,7}|[A-Z])(?![\w/])",
    re.IGNORECASE,
)
# Names from the outermost division in; equal numbers stand beside each other.
_ORDER = {
    "part": 0,
    "book": 0,
    "title": 0,
    "chapter": 1,
    "appendix": 1,
    "annex": 1,
    "lecture": 1,
    "week": 1,
    "item": 2,
    "article": 2,
    "section": 3,
    "note": 4,
}


class Numbering(NamedTuple):
    """The number of a heading.

    `system` is "digits", "letter", "roman" or the name before the number in lower case; `parts` are the number's
    parts, the first of which may be a letter or a Roman number; `end` is where the words after it begin.
    """

    system: str
    parts: tuple[str, ...]
    end: int

    @property
    def depth(self) -> int:
        """1 for "2" and "A", 2 for "2.1" and "A.1"; a trailing zero ("3.0") does not count."""
        parts = self.parts[:-1] if len(self.parts) == 2 and self.parts[-1] == "0" else self.parts
        return len(parts)

    @property
    def named_order(self) -> int | None:
        """The place of the name among those of divisions, 0 for the outermost; None for a number without a name."""
        return _ORDER.get(self.system)


def numbering_of(text: str) -> Numbering | None:
    """The number at the start of a heading; None where there is none."""
    if (named := _NAMED.match(text)) is not None:
        return Numbering(named[1].lower(), tuple(named[2].upper().split(".")), named.end())
    if (digits := _DIGITS.match(text)) is not None:
        return Numbering("digits", tuple(digits[1].split(".")), digits.end())
    if (roman := _ROMAN.match(text)) is not None and _is_roman(roman[1]):
        return Numbering("roman", (roman[1],), roman.end())
    if (letter := _LETTER.match(text)) is not None:
        return Numbering("letter", tuple((letter[1] or letter[2]).split(".")), letter.end())
    return None


def _is_roman(word: str) -> bool:
    return bool(re.fullmatch(r"(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", word))

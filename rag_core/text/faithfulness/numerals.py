"""Whether two texts say the same number: figures, decimal sign, sign, and brackets of a negative amount."""

from __future__ import annotations

import re

from rag_core.geometry import Span
from rag_core.text.faithfulness.words import words_in
from rag_core.text.superscripts import MINUS_OF_EXPONENT

_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_MINUS = "-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_RELATIONS = "<>\u2264\u2265\u00b1+"
_NEGATIVE_POWER = re.compile(rf"(?<=\d)[eE][{_MINUS}](?=\d)")
_EXPONENT = re.compile(r"\d[eE]\W$")
_CURRENCY = "$\u20ac\u00a3\u00a5"
_SIGN = re.compile(rf"(?:[{_MINUS}(]|[{_RELATIONS}] ?)?(?:[{_CURRENCY}] ?)?$")
_UNIT = re.compile(rf"\)| ?[%{_CURRENCY}]")
_BEFORE = re.compile(r"([^\s$€£¥]?)[$€£¥]?(\s?)$")


def figures_of(number: str) -> str:
    """The number's figures with its decimal sign: "1,234" and "1234" are one number, "14,53" and "14.53" are not."""
    bare = re.sub(r"[^\w.,]", "", _NEGATIVE_POWER.sub("e_", number)).strip(".,")
    return re.sub(r"[.,]", "", bare) if _GROUPED.fullmatch(bare) and bare.count(".") != 1 else bare.casefold()


def figures_in(text: str) -> list[str]:
    """The numbers of a text, in the order of their figures."""
    words = (text[slice(*span)] for span in words_in(text))
    return sorted(figures_of(word) for word in words if any(map(str.isdigit, word)))


def sign_of(text: str, start: int, end: int) -> str:
    """The sign of the number `text[start:end]`: a minus also for brackets around it, nothing where there is none."""
    line = text[max(start - 4, 0) : start].rpartition("\n")[2]
    found = _BEFORE.search(line)
    sign, blank = (found[1], found[2]) if found else ("", "")
    if sign == "(" and text[end : end + 1] == ")":
        return "-"
    if sign == MINUS_OF_EXPONENT or (sign and sign in _MINUS and _EXPONENT.search(line)):
        return "-"
    if sign and sign in _MINUS:
        stands_before = line[: -1 - len(blank)].rstrip("$€£¥")[-1:]
        return "" if blank or stands_before.isalnum() or stands_before in (")", "]", "%") else "-"
    return sign if sign and sign in _RELATIONS and line.lstrip() != ">" else ""


def is_same_number(here: Span, there: Span, read: str, layer: str) -> bool:
    """Whether a word, of the same letters in both texts, is no other number in the layer; true of words of letters."""
    if not read[here.start].isdigit():
        return True
    if figures_of(read[slice(*here)]) != figures_of(layer[slice(*there)]):
        return False
    return _same_sign(here, there, read, layer) and _units(read, *here) == _units(layer, *there)


def _same_sign(here: Span, there: Span, read: str, layer: str) -> bool:
    before = {text[max(start - 1, 0) : start] for text, start in ((read, here.start), (layer, there.start))}
    if MINUS_OF_EXPONENT in before:
        return all(sign and sign in _MINUS for sign in before)  # a text layer does not know that it is raised
    return sign_of(read, *here) == sign_of(layer, *there)


def with_sign(text: str, span: Span) -> Span:
    """The span of a number with its sign, its currency and what follows it: what differs if its figures do not."""
    start, end = span
    before, after = _SIGN.search(text[max(start - 4, 0) : start]), _UNIT.match(text[end : end + 3])
    return Span(start - (len(before.group()) if before else 0), end + (after.end() if after else 0))


def _units(text: str, start: int, end: int) -> tuple[str, bool]:
    """The currency before or after a number, and whether it is in percent."""
    before, after = (
        text[max(start - 4, 0) : start].rstrip(" (\\" + _MINUS)[-1:],
        text[end : end + 3].strip(" \n)\\")[:1],
    )
    return "".join(sign for sign in (before, after) if sign and sign in _CURRENCY)[:1], after == "%"

"""The superscript digits of Unicode: marks of footnotes and exponents, which are no part of the word before them."""

from __future__ import annotations

import re

SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
SUPERSCRIPT_OF = dict(zip("0123456789", SUPERSCRIPTS, strict=True))

# Plus, minus and brackets above the line, and digits below it.
_OTHERS = "\u207a\u207b\u207d\u207e\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089"
_PLAIN = str.maketrans(SUPERSCRIPTS + _OTHERS, "0123456789+-()0123456789")


MINUS_OF_EXPONENT = "\ufe63"  # a small hyphen-minus
_MINUS = re.compile(rf"[-\u2010-\u2013\u2212\u207b](?=[{SUPERSCRIPTS}])")


def on_the_line(text: str) -> str:
    """The text with plain digits, signs and brackets in place of raised and lowered ones: the positions stay."""
    return _MINUS.sub(MINUS_OF_EXPONENT, text).translate(_PLAIN)

"""The superscript digits of Unicode: marks of footnotes and exponents, which are no part of the word before them."""

from __future__ import annotations

SUPERSCRIPTS = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
SUPERSCRIPT_OF = dict(zip("0123456789", SUPERSCRIPTS, strict=True))

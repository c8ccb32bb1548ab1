"""Raised digits, such as the marks of footnotes and exponents, as the superscript digits of Unicode.

As ordinary digits they would be a part of the word or the number before them ("tokens.4", "104").
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag_core.documents.reflow.lines import Corners, Line
from rag_core.text.superscripts import SUPERSCRIPT_OF

# Of a list, which may be smaller and higher than its first word; in brackets, which tell a mark from its word; and the
# upper number of a fraction that stands alone: after a whole number it has to be told from that.
_LEFT_ALONE = re.compile(r"^\d+(?:\.\d+)*[.):]|(?<=\()\d+(?=\))|(?<![^\s(])\d+(?=[/\u2044]\d)")
_SIGNS = {"+": "\u207a", "-": "\u207b", "\u2212": "\u207b"}


def with_raised_digits(line: Line, raised: Corners) -> Line:
    """The line with its raised digits, and signs before them, as superscripts; boxes stay as they are.

    `raised` are the left top corners of raised characters, see PageChars.
    """
    if not raised:
        return line
    places = {place for place, (left, top, _, _) in enumerate(line.boxes.tolist()) if (left, top) in raised}
    whole = [match.span() for match in _LEFT_ALONE.finditer(line.text) if match.start() in places]
    places -= {place for span in whole for place in range(*span)}
    chars = list(line.text)
    for place in sorted(places, reverse=True):
        signed = "".join(chars[place + 1 : place + 2]) in SUPERSCRIPT_OF.values()
        chars[place] = SUPERSCRIPT_OF.get(chars[place]) or (signed and _SIGNS.get(chars[place])) or chars[place]
    text = "".join(chars)
    return line if text == line.text else replace(line, text=text)

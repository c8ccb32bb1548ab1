"""Hyphens of words that were broken at the end of a line, left in the text."""

from __future__ import annotations

import re
from collections import Counter

from rag_core.geometry import Span
from rag_core.pipeline.report.base import Place, Read, register
from rag_core.text.frequent_words import frequent_words

_HYPHENS = "-\u2010\u00ad\ufffe\x02"
_ENDS_LINE = re.compile(rf"([^\W\d_]{{2,}})([{_HYPHENS}])(\s*)([^\W\d_]{{2,}})")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_SAME_LINE = 0.5  # of a letter's height


@register(
    "hyphens_left_in",
    "hyphens left in",
    "Words that were broken at the end of a line and still have their hyphen: the word occurs without it elsewhere in "
    "the document, or is a frequent English word. Words that the document hyphenates within lines do not count.",
)
def hyphens_left_in(read: Read) -> list[Place]:
    """The broken words with their hyphens."""
    text = read.document.text
    words = Counter(match.lower() for match in _WORD.findall(text))
    compounds = Counter(match.lower() for match in _COMPOUND.findall(text))
    found = []
    for match in _ENDS_LINE.finditer(text):
        first, hyphen, space, rest = match.groups()
        ends_line = bool(space) or hyphen != "-" or _is_on_next_line(read, match.start(2), match.start(4))
        if not rest[0].islower() or not ends_line:
            continue
        joined, own = (first + rest).lower(), 0 if space else 1
        is_word = words[joined] > 0 or joined in frequent_words()
        if is_word and compounds[f"{first}-{rest}".lower()] <= own:
            found.append(read.place(Span(*match.span())))
    return found


def _is_on_next_line(read: Read, hyphen: int, letter: int) -> bool:
    """Whether the letter after a hyphen stands lower on the page, in the line below."""
    boxes = read.char_boxes
    if boxes is None:
        return False
    return bool(boxes[letter, 1] - boxes[hyphen - 1, 1] > _SAME_LINE * (boxes[letter, 3] - boxes[letter, 1]))

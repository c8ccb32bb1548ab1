"""Signs between the words of formulas: a relation, an arrow or an operation that is another one in the text layer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag_core.geometry import Span
from rag_core.text.faithfulness.numerals import is_same_number
from rag_core.text.faithfulness.placing import Placing
from rag_core.text.faithfulness.whole_words import Difference

# Signs that are taken for each other, in groups; those in one string are the same sign.
_GROUPS = (
    ("<", ">", "\u2264\u2a7d\u2266", "\u2265\u2a7e\u2267", "=", "\u2260", "\u2248"),
    ("\u2229", "\u222a"),
    ("\u2208", "\u2209"),
    ("\u2282\u2286\u228a", "\u2283\u2287\u228b"),
    ("\u2227", "\u2228"),
    ("\u2200", "\u2203"),
    ("\u2192\u21d2\u27f6\u27f9", "\u2190\u21d0\u27f5\u27f8", "\u2194\u21d4\u27fa"),
    ("+", "-\u2010\u2011\u2012\u2013\u2212", "\u00b1"),
)
_MEANING = {char: (group, same) for group, signs in enumerate(_GROUPS) for same in signs for char in same}
_NOT_IN = re.compile("/ ?\u2208|\u2208 ?/")  # as fonts draw it with two shapes
_MAX_BETWEEN = 40  # characters


def changed_signs(placing: Placing, read: str, layer: str) -> Iterator[Difference]:
    """Neighbours in both texts between which one sign stands, and it is another one; with the words around it.

    A sign that only one text has is no difference: fonts without Unicode lose them.
    """
    for one, other in pairwise(placing.words):
        if one.layer is None or other.layer is None or other.layer.start < one.layer.end:
            continue
        if placing.letters[other.layer.start] != placing.letters[one.layer.end]:
            continue
        here, there = Span(one.span.end, other.span.start), Span(one.layer.end, other.layer.start)
        if not is_same_number(other.span, other.layer, read, layer):
            continue  # its sign is told with the number
        signs, others = _signs(read[slice(*here)]), _signs(layer[slice(*there)])
        if len(signs) == len(others) == 1 and _is_other(signs[0], others[0]):
            yield Difference(Span(one.span.start, other.span.end), Span(one.layer.start, other.layer.end))


def _signs(between: str) -> list[str]:
    """The signs of a text without letters; none where it is long, or the edge of a cell or a line of a table."""
    if len(between) > _MAX_BETWEEN or "|" in between:
        return []
    return [char for char in _NOT_IN.sub("\u2209", between) if char in _MEANING]


def _is_other(sign: str, other: str) -> bool:
    (group, same), (other_group, other_same) = _MEANING[sign], _MEANING[other]
    return group == other_group and same != other_same

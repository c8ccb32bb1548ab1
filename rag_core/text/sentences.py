"""Splits text into sentences of many languages, for answers, budgets, summaries and atoms.

The chunkers `sentence` and `semantic` split as LlamaIndex does instead, with an untrained Punkt, which ends a sentence
after "Fig.".
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag_core.geometry import Span
from rag_core.text import sentence_ends

# Line breaks that end sentences: all of them if a parser has joined wrapped lines, otherwise empty lines and breaks
# before a list item, a table row or a heading. Each pattern matches a run of white space only from its beginning:
# an attempt at each of 100,000 spaces would take minutes.
ANY_LINE = re.compile(r"(?<!\s)\s*\n\s*")
MEANT_LINE = re.compile(r"\n\s*\n\s*|(?<![^\S\n])[^\S\n]*\n\s*(?=(?:[-*•+|]|#+|\d+[.)])\s)|(?<=\|)[^\S\n]*\n\s*")


def sentences(text: str, span: Span, *, line_breaks_end: bool) -> list[Span]:
    """The sentences of a span, in order, without white space at their ends; truncated at the ends of the span.

    With `line_breaks_end`, every line break ends a sentence; otherwise only an empty line, or a line break before a
    list item, a table row or a heading.
    """
    return [
        sentence
        for block in _blocks(text, span, ANY_LINE if line_breaks_end else MEANT_LINE)
        for sentence in sentences_of_block(text[block.start : block.end], block.start)
    ]


def _blocks(text: str, span: Span, breaks: re.Pattern[str]) -> list[Span]:
    cuts = [span.start]
    for match in breaks.finditer(text, span.start, span.end):
        cuts += [match.start(), match.end()]
    cuts.append(span.end)
    return [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if text[a:b].strip()]


@lru_cache(maxsize=20_000)
def sentences_of_block(block: str, offset: int = 0) -> tuple[Span, ...]:
    """The sentences of a text in which no line break ends a sentence, without white space at their ends.

    `offset` is added to their positions.
    """
    return tuple(Span(offset + start, offset + end) for start, end in sentence_ends.sentence_spans(block))


def load() -> None:
    """Load the sentence rules in advance, so that no measured time includes it."""
    sentence_ends.sentence_spans("One. Two.")

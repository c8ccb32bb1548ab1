"""Sentences as people see them: answers quote them, and a budget cuts between them.

Not the chunkers' sentences: those are LlamaIndex's, whose Punkt is untrained and ends a sentence after "Fig.".
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from rag_core.geometry import Span
from rag_core.text.punkt import punkt_module

# Line breaks that end sentences: any, where a parser has joined wrapped lines; else empty lines, and breaks before a
# list item, a table row or a heading. Each pattern looks at a run of white space once, from its beginning: trying
# again from each of 100,000 spaces would take minutes.
ANY_LINE = re.compile(r"(?<!\s)\s*\n\s*")
MEANT_LINE = re.compile(r"\n\s*\n\s*|(?<![^\S\n])[^\S\n]*\n\s*(?=(?:[-*•+|]|#+|\d+[.)])\s)|(?<=\|)[^\S\n]*\n\s*")

# Of papers and reports; unknown to the model, which was trained on newspapers.
ABBREVIATIONS = {"al", "app", "approx", "cf", "ch", "e.g", "eq", "eqs", "etc", "fig", "figs", "i.e", "pp"}
ABBREVIATIONS |= {"ref", "refs", "resp", "sec", "secs", "vol", "vs"}


def sentences(text: str, span: Span, *, line_breaks_end: bool) -> list[Span]:
    """The sentences of the span, in order, without white space at their ends; cut off where the span ends.

    With `line_breaks_end` every line break ends a sentence; without, only an empty line does, or a break before a
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
    return tuple(Span(offset + start, offset + end) for start, end in _punkt().span_tokenize(block))


@lru_cache(maxsize=1)
def _punkt():  # type: ignore[no-untyped-def]  # nltk has no types
    # The trained English model is in LlamaIndex's wheel, so nothing is downloaded.
    punkt = punkt_module()
    import nltk.data

    spec = find_spec("llama_index.core")
    if spec is None or spec.origin is None:
        raise RuntimeError("llama-index-core is not installed: pip install -r requirements.txt")
    carried = str(Path(spec.origin).parent / "_static/nltk_cache")
    if carried not in nltk.data.path:
        nltk.data.path.append(carried)
    tokenizer = punkt.PunktTokenizer("english")
    tokenizer._params.abbrev_types.update(ABBREVIATIONS)
    return tokenizer


def load() -> None:
    """Load the sentence model now, so that no measured time contains it."""
    _punkt()

"""The figures of a column: label, definition, and number format."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rag_core.pipeline.results import Column
from rag_core.text.numbers import milliseconds, percent


class Figure(NamedTuple):
    """One number on the page; its definition is a hover away."""

    label: str
    definition: str
    text: Callable[[Column], str]


FIGURES = (
    Figure("hits", "Hits: what the budget took, in rank order.", lambda c: str(c.counts.hits)),
    Figure(
        "parents",
        "Distinct parents: different texts among the hits, which are chunks, or spans joined from them. Several "
        "entries can lead to one.",
        lambda c: str(c.counts.distinct_parents),
    ),
    Figure(
        "context",
        "Context tokens: tokens of the distinct hits' text, in the tokenizer named above.",
        lambda c: f"{c.counts.context_tokens:,}",
    ),
    Figure("chunks", "Chunks: the pieces into which the chunker cut the text.", lambda c: f"{c.counts.chunks:,}"),
    Figure(
        "entries",
        "Index entries: the texts that are compared with the question.",
        lambda c: f"{c.counts.entries:,}",
    ),
    Figure(
        "truncated",
        "Share of the text that is truncated: it lies beyond the embedding model's token limit in every entry that "
        "holds it, so the model never reads it. In the model's own tokens.",
        lambda c: percent(c.counts.share_beyond_limit),
    ),
    Figure(
        "build",
        "Build time: chunking, making entries, embedding what is not cached, and indexing. A text that several columns "
        "need counts for each of them.",
        lambda c: milliseconds(c.timings_ms.build_ms),
    ),
    Figure(
        "search",
        "Search time: embedding the question, scoring, ranking and taking the hits.",
        lambda c: milliseconds(c.timings_ms.search_ms),
    ),
)

"""What the writer of a part's code must know about the other parts of the strategy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag_core.embeddings.pooling import Pooling
from rag_core.exports.llama_index.code import Code

Resolving = Literal["chunks", "parents", "spans", "own"]


@dataclass(frozen=True)
class Setting:
    """What the writer of a part's code must know besides the part's own fields.

    `resolving` says what a hit is. "chunks": the chunks themselves are indexed. "parents": entries are IndexNodes that
    refer to chunks. "spans": chunks are ranked by windows around them, and neighbours are joined. "own": entries are
    what the reference makes of them, by its function `resolve(hits)`; `whole` says whether a budget of tokens takes no
    part of an entry, and `each` whether hits are resolved one by one. `levels` is the number of windows around each
    chunk.

    `contextual`: what is indexed has metadata, such as headings, which are indexed with its text and never shown.
    `transforms`: what is searched for is not the question, but the list of Query that `queries(question)` returns.
    `reranks`: the RERANKED_ENTRIES best of the search are scored again, so the search ranks all that is indexed; the
    others have no score (None). `unscored`: no hit has a score.

    `has_vectors`: the search makes `dense`, with the vectors of what is indexed; `ranks_by_cosine`: its scores are
    cosine similarities, not scaled.

    `by_scores`: the search computes a score for every node and ranks them itself, ties in document order; otherwise a
    VectorStoreIndex ranks them. `placed`: chunks and entries must know their `start_char_idx` and `end_char_idx` in
    `text`.

    `late` is the code that makes `late`, which computes vectors of spans of the text (see late.py); None where each
    text is embedded alone. A reference calls `late.embed` for the spans of the text that it indexes. With the pooling
    "mean", the search takes the mean of these vectors and those of the texts alone.

    `tokenize` is the code of the function `tokenize(text)`, `sentences` that of the function `sentences(text)`, and
    `count` that of the function `count(start, end)`, which counts the tokens of a span of `text`.
    """

    budget_top_k: str
    entries_searched: int
    resolving: Resolving
    whole: bool
    each: bool
    levels: int
    contextual: bool
    transforms: bool
    reranks: bool
    unscored: bool
    has_vectors: bool
    ranks_by_cosine: bool
    by_scores: bool
    placed: bool
    pooling: Pooling
    tokenize: Code
    sentences: Code
    count: Code
    late: Code | None = None

    @property
    def indexed(self) -> str:
        """The name of the list of nodes that is ranked."""
        return "entries" if self.resolving in ("parents", "own") else "chunks"

    @property
    def top_k(self) -> str:
        """The expression for how many nodes the search must retrieve."""
        return f"len({self.indexed})" if self.reranks else self.budget_top_k

    @property
    def scored(self) -> str:
        """The name of the list of nodes whose scores rank those that are indexed."""
        return "windows" if self.resolving == "spans" else self.indexed

    @property
    def late_needs(self) -> tuple[Code, ...]:
        """The code that `late` needs; empty where each text is embedded alone."""
        return () if self.late is None else (self.late,)

    def embedding(self, nodes: str) -> Code:
        """The line that gives nodes, stretches of the text, late vectors; empty where each text is embedded alone."""
        return Code() if self.late is None else Code(lines=f"late.embed({nodes})\n", needs=(self.late,))

    def splitter(self, name: str, chunk_tokens: str, overlap_tokens: str) -> Code:
        """The line that makes `splitter`, an object of LlamaIndex's class `name`, and the code that it needs."""
        return Code(
            imports=(f"from llama_index.core.node_parser import {name}",),
            lines=f"splitter = {name}(chunk_size={chunk_tokens}, chunk_overlap={overlap_tokens}, tokenizer=tokenize)\n",
            needs=(self.tokenize,),
        )

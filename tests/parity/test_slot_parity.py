"""Programs have room for every slot: several weighted queries, reranking, and references that resolve hits themselves.

The kinds here are toys, whose writers are what one would write for a kind of one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal

import pytest
from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.queries import QUERY
from rag_core.exports.llama_index.reference import resolves
from rag_core.exports.llama_index.reranking import reranked_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.geometry import Span
from rag_core.part import Part
from rag_core.parts.query.base import QueryTransform
from rag_core.parts.reference.base import Reference
from rag_core.parts.rerank.base import Reranker, reranked
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from rag_core.stages.ranking import Scored
from tests.parity.agreement import HANDBOOK_QUESTIONS, Ask, assert_parity

RERANKED = 7
SMALL = "chunker.chunk_tokens=100,chunker.overlap_tokens=0"
QUERIES = [
    f"baseline:query.kind=asked_in_parts,search.pooling=per_chunk,{SMALL},budget.hits=5",
    f"baseline:query.kind=asked_in_parts,search.kind=bm25,{SMALL},budget.hits=5",
    f"hybrid:query.kind=asked_in_parts,{SMALL},budget.kind=score_share",
    f"hybrid:query.kind=asked_in_parts,search.fusion=rrf,search.pooling=mean,{SMALL},budget.hits=5",
    "query_spans:query.kind=asked_in_parts",
    "query_spans:query.kind=asked_in_parts,search.kind=dense,reference.window_tokens=0+128",
    "query_spans:query.kind=asked_in_parts,search.kind=bm25",
    "query_spans:query.kind=asked_in_parts,search.fusion=rrf,reference.window_tokens=0+128",
]
RERANKS = [
    f"baseline:rerank.kind=longest,{SMALL},budget.hits=3",
    f"baseline:rerank.kind=longest,search.pooling=per_chunk,{SMALL},budget.hits=9",
    f"hybrid:rerank.kind=longest,{SMALL},budget.kind=tokens,budget.tokens=600",
    f"hybrid:rerank.kind=longest,{SMALL},budget.kind=score_share",
    f"baseline:rerank.kind=longest,{SMALL},budget.min_score=80,budget.hits=9",
    "chunk_references:rerank.kind=longest,chunker.chunk_tokens=200,reference.child_tokens=64,search.entries=4",
    "chunk_references:rerank.kind=longest,chunker.chunk_tokens=200,reference.child_tokens=64,budget.hits=3",
    "query_spans:rerank.kind=longest,budget.kind=tokens,budget.tokens=900",
]
RESOLVES = [
    f"baseline:reference.kind=with_next,search.pooling=per_chunk,{SMALL},budget.hits=4",
    f"baseline:reference.kind=with_next,{SMALL},budget.kind=tokens,budget.tokens=500",
    f"baseline:reference.kind=with_next,{SMALL},budget.kind=distinct_parents,budget.hits=4",
    f"hybrid:reference.kind=with_next,{SMALL},budget.kind=distinct_parents,search.entries=6",
    f"hybrid:reference.kind=with_next,rerank.kind=longest,{SMALL},budget.kind=score_share",
]


class AskedInParts(QueryTransform):
    """Asks the question, its second half as a passage, and its last word for BM25 alone."""

    kind: Literal["asked_in_parts"] = "asked_in_parts"
    label: ClassVar[str] = "Parts"
    summary: ClassVar[str] = "Asks parts of the question"

    @override
    def short(self) -> str:
        return "parts"

    @override
    def queries(self, question: str, resources: Any) -> Sequence[Query]:
        words = question.split()
        half = " ".join(words[len(words) // 2 :])
        answers = [Query(text, 0.5, "passage", "dense", averaged=True) for text in (half, words[-1])]
        return [Query(question, 2.0), *answers, Query(words[-1], 1.0, use="bm25")]


class Longest(Reranker):
    """Ranks the best entries by the length of their texts."""

    kind: Literal["longest"] = "longest"
    label: ClassVar[str] = "Longest"
    summary: ClassVar[str] = "Ranks by length"

    @override
    def short(self) -> str:
        return "longest"

    @override
    def rerank(self, question: str, ranking: Any, built: Any, resources: Any) -> Any:
        first = ranking.scored[:RERANKED]
        scores = {one.entry: float(len(built.text(built.entries[one.entry]))) for one in first}
        return reranked(ranking, scores, len(built.entries))


class WithNext(Reference):
    """Resolves each chunk to itself and the chunk after it; a chunk that another hit brought is not shown again."""

    kind: Literal["with_next"] = "with_next"
    label: ClassVar[str] = "With the next"
    summary: ClassVar[str] = "Retrieves the next chunk too"

    @override
    def short(self) -> str:
        return "with next"

    @override
    def entries(self, document: Document, chunks: Sequence[Span], resources: Any) -> list[Entry]:
        return [Entry("chunk", chunk, (chunk,)) for chunk in chunks]

    @override
    def resolve(self, prefix: Sequence[Scored], built: Any) -> list[Candidate]:
        found: list[Candidate] = []
        shown: set[int] = set()
        for scored in prefix:
            if scored.entry not in shown:
                last = min(scored.entry + 1, len(built.entries) - 1)
                span = Span(built.entries[scored.entry].chunk.start, built.entries[last].chunk.end)
                found.append(Candidate(0, span, scored.score, [scored]))
            shown |= {scored.entry, scored.entry + 1}
        return found


@part_code.register
def _(part: AskedInParts, setting: Setting) -> Code:
    functions = '''\
def queries(question):
    """The question and its parts."""
    words = question.split()
    half = " ".join(words[len(words) // 2 :])
    answers = [Query(text, 0.5, "passage", "dense", averaged=True) for text in (half, words[-1])]
    return [Query(question, 2.0), *answers, Query(words[-1], 1.0, use="bm25")]
'''
    return Code(functions=functions, needs=(QUERY,))


@part_code.register
def _(part: Longest, setting: Setting) -> Code:
    return reranked_code(RERANKED, "lambda question, nodes: [len(node.text) for node in nodes]")


@resolves.register
def _(reference: WithNext) -> bool:
    return True


@part_code.register
def _(part: WithNext, setting: Setting) -> Code:
    functions = '''\
def with_next(hits, text, chunks):
    """Each hit with the chunk after it."""
    places = {chunk.node_id: i for i, chunk in enumerate(chunks)}
    found, shown = [], set()
    for hit in hits:
        place = places[hit.node.node_id]
        if place not in shown:
            last = chunks[min(place + 1, len(chunks) - 1)]
            node = TextNode(text=text[chunks[place].start_char_idx : last.end_char_idx])
            found.append(NodeWithScore(node=node, score=hit.score))
        shown |= {place, place + 1}
    return found
'''
    lines = "entries = chunks\nresolve = partial(with_next, text=text, chunks=chunks)\n"
    embedded = setting.embedding("chunks")
    imports = ("from functools import partial", "from llama_index.core.schema import NodeWithScore, TextNode")
    return Code(imports=imports, functions=functions, lines=embedded.lines + lines, needs=embedded.needs)


@pytest.mark.parametrize("spec", [*QUERIES, *RERANKS, *RESOLVES])
def test_a_program_does_what_the_slot_does(
    spec: str,
    first_pages: Document,
    ask_program: Ask,
    vectors: Vectors,
    register_part: Callable[[type[Part]], type[Part]],
) -> None:
    for part in (AskedInParts, Longest, WithNext):
        register_part(part)
    assert_parity(ask_program, spec, first_pages, HANDBOOK_QUESTIONS, vectors)

"""Why a hit has its scores: shares of sentences and words add up to the dense score, weights of terms to BM25's."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag_core import open_document, preset
from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.pipeline.compare import compare_columns
from rag_core.text.terms import words_of
from tests.fakes.scripted import Scripted
from tests.fakes.tiny_model import TinyModel
from tests.fakes.toy_parts import TOYS
from tests.pipeline.explained import assert_sums_up, explained
from tests.presets import WITHOUT_LLM

PIECES = [
    "Otters hold hands while they sleep. ",
    "A colony of bees has one queen; scouts dance, and the others follow them.\n",
    "東京都の水族館にはカワウソがいる。",
    "👩‍👩‍👧 😀😀 otters! ",
    "x" * 700 + " ",
    "\n\n",
    "naïve café — “quoted” 1,024.5 % ",
    "شكرا جزيلا لكم. ",
    "e\u0301\u0301\u200b a\tb ",
]
QUESTION = "Which otters sleep in 東京 while bees dance?"
SPECS = [
    "baseline:chunker.chunk_tokens=48,chunker.overlap_tokens=8",
    "chunk_references:chunker.chunk_tokens=64,reference.child_tokens=32,reference.overlap_tokens=4",
    "baseline:search.kind=bm25,chunker.chunk_tokens=48,chunker.overlap_tokens=8",
    "hybrid:chunker.kind=token,chunker.chunk_tokens=48,chunker.overlap_tokens=8,budget.hits=9",
    "query_spans:reference.window_tokens=0+40+300,chunker.chunk_tokens=24",
    "query_spans:search.kind=dense",
    "query_spans:search.kind=bm25,budget.score_share=0",
    "hybrid:budget.tokens=70,chunker.chunk_tokens=48,chunker.overlap_tokens=0",
    "hybrid:search.fusion=rrf,reference.kind=windows,chunker.chunk_tokens=32,chunker.overlap_tokens=12",
]
TINY = Vectors(TinyModel())


@pytest.mark.parametrize("spec", SPECS)
@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join))
@example(text="".join(PIECES) * 8)
@example(text="otters")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_shares_add_up_whatever_the_text(spec: str, text: str) -> None:
    if text.strip():
        documents = [Document.from_text(text, "a.txt"), Document.from_text(f"Other bees.\n{text}", "b.txt")]
        assert_sums_up(explained(spec, documents, QUESTION, TINY))


@pytest.mark.parametrize("name", WITHOUT_LLM)
def test_shares_add_up_for_every_preset(name: str, handbook: Document, model_vectors: Vectors) -> None:
    found = explained(name, [handbook], "When does a smaller chunk retrieve worse?", model_vectors)
    assert_sums_up(found)
    searches = {stage for hit in found.retrieval.hits for stage in hit.scores}
    of_search = searches - {"rerank"}
    gives_scores = preset(name).search.gives_scores
    assert {"dense"} <= of_search <= {"dense", "bm25", "fused"} if gives_scores else not searches


@pytest.mark.parametrize(
    "spec",
    [
        "hyde",
        "hyde:search.kind=hybrid,query.hypotheses=2",
        "hyde:query.include_original=false",
        "query_spans:query.kind=hyde",
        "hybrid:query.kind=multi_query,query.generated_weight=0.5",
        "query_spans:query.kind=multi_query",
        "hybrid:query.kind=keywords",
        "hybrid:query.kind=multi_query,rerank.kind=llm",
    ],
)
def test_shares_add_up_over_several_queries(spec: str, handbook: Document, model_vectors: Vectors) -> None:
    def reply(prompt: str) -> str:
        if "write a passage" in prompt:
            return "A small chunk retrieves worse where its sentence refers to what stands before it."
        return (
            "1. small chunks\n2. context of a sentence\n3. pronouns" if "queries" in prompt else "Doc: 2, Relevance: 8"
        )

    llm = Scripted(reply, identity=f"explained {spec}", context_tokens=100_000)
    found = explained(spec, [handbook], "When does a smaller chunk retrieve worse?", model_vectors, llm)
    assert found.retrieval.hits
    assert all(why.dense is not None for why in found.explanations)
    assert_sums_up(found)


@pytest.mark.parametrize("spec", ["baseline", "hybrid:chunker.chunk_tokens=4096", "query_spans"])
@pytest.mark.parametrize("name", ["filings/2023_Q2_NVDA.pdf", "papers/llama.pdf"])
def test_shares_add_up_in_real_documents(spec: str, name: str, shared_data, model_vectors: Vectors) -> None:
    document = open_document(shared_data / name)
    assert_sums_up(explained(spec, [document], "Which risks come with large models and data centers?", model_vectors))


def test_a_sentences_share_is_its_part_of_the_mean_of_its_chunk(handbook: Document) -> None:
    """Against the definition: the vector of a chunk is the sum over its sentences, divided by the chunk's length."""
    found = explained("baseline:chunker.chunk_tokens=256", [handbook], QUESTION, TINY)
    [read] = [TINY.token_vectors.read(handbook, 50)]
    query = TINY.query(QUESTION)
    for hit, why in zip(found.retrieval.hits, found.explanations, strict=True):
        [[first, last]] = read.token_range(np.array([[hit.start, hit.end]]))
        length = np.linalg.norm(read.vectors[first:last].astype(float).sum(axis=0))
        expected = sentences(handbook, Span(hit.start, hit.end))
        assert [(piece.start, piece.end) for piece in why.pieces] == [tuple(one) for one in expected]
        for piece in why.pieces:
            [[a, b]] = read.token_range(np.array([[piece.start, piece.end]]))
            assert piece.share == pytest.approx(read.vectors[a:b].astype(float).sum(axis=0) @ query / length, abs=1e-5)


def test_joined_chunks_have_their_own_scores_and_the_rest_of_the_windows_a_share(
    handbook: Document, model_vectors: Vectors
) -> None:
    found = explained("query_spans", [handbook], "When does a smaller chunk retrieve worse?", model_vectors)
    best = found.retrieval.ranking.scored[0].score
    entries = {entry.chunk: i for i, entry in enumerate(found.built.entries)}
    pieces = [piece for why in found.explanations for piece in why.pieces]
    assert len(pieces) > len(found.retrieval.hits)
    for piece in pieces:
        stages = found.retrieval.ranking.scores_of(entries[Span(piece.start, piece.end)])
        assert piece.own is not None
        assert piece.own.stages == stages
        assert piece.own.score == pytest.approx(stages["fused"])
        assert piece.own.of_best == pytest.approx(stages["fused"] / best)
    assert max(piece.own.of_best for piece in pieces) == 1
    for hit, why in zip(found.retrieval.hits, found.explanations, strict=True):
        assert [why.pieces[0].start, why.pieces[-1].end] == [hit.start, hit.end]
        assert why.dense.outside(Span(hit.start, hit.end)) > 0.01


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("baseline:search.pooling=per_chunk", r"pooling=per_chunk.*unknown.*Choose the pooling late"),
        ("hybrid:search.pooling=mean", r"pooling=mean, half.*unknown.*Choose the pooling late"),
        ("metadata_references", r"a key phrase, which the model reads as a whole.*unknown.*Choose another reference"),
    ],
)
def test_where_shares_are_unknown_the_reason_is_said(spec: str, reason: str, handbook: Document, model_vectors) -> None:
    found = explained(spec, [handbook], "When does a smaller chunk retrieve worse?", model_vectors)
    assert_sums_up(found)
    why = found.explanations[0]
    assert why.dense is None
    assert {piece.share for piece in why.pieces} == {None}
    assert re.search(reason, why.unknown)


def test_terms_stand_where_they_are_counted(handbook: Document, model_vectors: Vectors) -> None:
    question = "When do smaller chunks retrieve worse, and what is a zebra?"
    found = explained("hybrid:budget.hits=5", [handbook], question, model_vectors)
    words = words_of("english", stemmed=True)
    for hit, why in zip(found.retrieval.hits, found.explanations, strict=True):
        weights = {term.word: term.weight for term in why.terms}
        assert list(weights.values()) == sorted(weights.values(), reverse=True)
        assert weights["zebra"] == 0
        for term in why.terms:
            [stem] = words.terms(term.word)
            counted = [t.start + hit.start for t in words.placed(hit.text) if t.text == stem]
            assert [place.start for place in term.places] == counted
            assert bool(counted) == (term.weight > 0)
            assert all(words.terms(handbook.text[slice(*place)]) == [stem] for place in term.places)


def test_only_what_is_indexed_counts_in_a_hit(text_document, model_vectors: Vectors) -> None:
    """A child chunk is a part of its hit: the rest has no share, and its words do not count."""
    text = "Otters sleep on their backs. " + "The bridge has eight lanes of traffic. " * 12 + "Otters sleep at sea."
    spec = "chunk_references:chunker.chunk_tokens=512,reference.child_tokens=24,reference.overlap_tokens=0"
    for search in ("dense", "hybrid"):
        found = explained(f"{spec},search.kind={search}", [text_document(text)], "otters that sleep", model_vectors)
        assert_sums_up(found)
        [why] = found.explanations
        best = found.built.entries[found.retrieval.candidates[0].via[0].entry].span
        outside = [piece for piece in why.pieces if piece.end <= best.start or piece.start >= best.end]
        assert outside
        assert {piece.share for piece in outside} == {0}
        for term in why.terms or ():
            assert all(best.start <= place.start < place.end <= best.end for place in term.places)


def test_a_reranked_hit_still_has_the_shares_of_its_dense_score(handbook: Document, import_toy) -> None:
    toy = next(toy for toy in TOYS if toy.slot == "rerank")
    import_toy(toy)
    found = explained("baseline:rerank.kind=toy_rerank", [handbook], QUESTION, TINY)
    assert "rerank" in found.retrieval.hits[0].scores
    assert_sums_up(found)


def test_the_shares_of_several_queries_are_averaged_by_their_weights(handbook: Document, import_toy) -> None:
    import_toy(next(toy for toy in TOYS if toy.slot == "query"))
    for spec in ("baseline:query.kind=toy_query", "hybrid:query.kind=toy_query", "query_spans:query.kind=toy_query"):
        found = explained(spec, [handbook], QUESTION, TINY)
        assert len(found.retrieval.queries) > 1
        assert_sums_up(found)
        assert all(why.dense is not None for why in found.explanations)


def test_a_search_that_has_neither_stage_is_not_explained(handbook: Document, import_toy) -> None:
    toy = next(toy for toy in TOYS if toy.slot == "search")
    import_toy(toy)
    found = explained("baseline:search.kind=toy_search", [handbook], QUESTION, TINY)
    assert [(why.dense, why.terms, why.unknown) for why in found.explanations] == [(None, None, "")] * 2


def test_a_comparison_explains_hits_only_when_asked(handbook: Document) -> None:
    for why in (False, True):
        [ready] = compare_columns([handbook], QUESTION, [preset("baseline")], vectors=TINY, why=why)
        assert (ready.explanations is not None) == why
    assert len(ready.explanations) == len(ready.column.hits)

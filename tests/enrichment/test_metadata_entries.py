"""What is written is indexed, so far as it is written, and a hit says which summary or question led to it."""

import pytest

from rag_core import compare, evaluate, preset
from rag_core.enrichment.records import GeneratedText, Records
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.exports import to_llama_index
from rag_core.geometry import Span
from rag_core.parts.reference.metadata import Metadata
from rag_core.pipeline.build import resources_for
from rag_core.pipeline.enrichment import missing, status
from rag_core.pipeline.index_cache import IndexCache
from rag_core.strategy.specs import spec_of
from tests.enrichment.village import CUT, strategy_of, vectors_in, wrote
from tests.fakes.fake_model import FakeModel
from tests.fakes.tiny_model import SilentModel, TinyModel
from tests.resources import RESOURCES

QUESTION = "What is said of syrup?"
POOLINGS = pytest.mark.parametrize("pooling", ["late", "per_chunk"])


@pytest.fixture
def vectors(tmp_path):
    return vectors_in(tmp_path)


def column(documents, strategy, vectors, llm):
    return compare(documents, QUESTION, [strategy], vectors=vectors, llm=llm).columns[0]


def test_entries_are_what_is_written_and_the_chunk(document, vectors):
    strategy = strategy_of(questions=2)
    chunks = strategy.chunker.chunk(document, RESOURCES)
    records = [
        ("A summary.", "1. One?\n2. Two?\n3. Three?"),
        ("A summary.", ""),
        ("", "No question at all."),
        *[("", "")] * (len(chunks) - 3),
    ]
    llm, texts = FakeModel(), [document.text[start:end] for start, end in chunks]
    known = Records(vectors.cache, llm)
    for chunk, record in zip(chunks, records, strict=True):
        for what, written in zip(strategy.reference.written_texts, record, strict=True):
            if written:
                known.store(what.asked(document, chunk), GeneratedText(written, "m"))
    entries = strategy.reference.entries(document, chunks, resources_for(strategy, vectors, llm))
    of_chunk = [[(entry.kind, entry.text(document)) for entry in entries if entry.chunk == chunk] for chunk in chunks]
    assert of_chunk[0] == [
        ("summary", "A summary."), ("question", "One?"), ("question", "Two?"), ("chunk", texts[0])
    ], "two questions are wanted, though three are written"  # fmt: skip
    assert of_chunk[1] == [("summary", "A summary."), ("chunk", texts[1])]
    assert of_chunk[2] == [("question", "No question at all."), ("chunk", texts[2])]
    assert of_chunk[3:] == [[("chunk", text)] for text in texts[3:]]
    unwritten = strategy.reference.entries(document, chunks, resources_for(strategy, vectors, FakeModel("another")))
    assert unwritten == [entry for entry in entries if entry.kind == "chunk"]


@POOLINGS
def test_a_hit_says_which_question_matched(document, vectors, pooling):
    llm = FakeModel()
    strategy = strategy_of(2, f"search.pooling={pooling},budget.hits=2,search.entries=4")
    wrote(strategy, [document], llm, vectors)
    found = column([document], strategy, vectors, llm)
    assert found.counts.entries == 6 * (1 + 2 + 1)
    via = [via for hit in found.hits for via in hit.via if via.kind == "question"]
    assert via
    assert all(one.text.startswith("What is said of ") and (one.start, one.end) == (None, None) for one in via)


def test_of_what_is_not_written_yet_there_is_the_chunk(document, vectors):
    llm = FakeModel()
    baseline = preset(f"baseline:{CUT}")
    alone = column([document], strategy_of(more="budget.kind=hits,budget.hits=2"), vectors, llm)
    assert [hit.text for hit in alone.hits] == [hit.text for hit in column([document], baseline, vectors, None).hits]
    assert {via.kind for hit in alone.hits for via in hit.via} == {"chunk"}


@POOLINGS
def test_each_text_counts_as_soon_as_it_is_written(document, vectors, pooling, tmp_path):
    llm, records = FakeModel(), Records(vectors.cache, FakeModel())
    strategy = strategy_of(2, f"search.pooling={pooling}")
    entries, fingerprints = [], []
    for call in [None, *missing(strategy, [document], llm, vectors)[:3]]:
        if call:
            records.store(call.asked, GeneratedText("1. What of the syrup?\n2. What of the queens?", "fake"))
        fingerprints.append(status(strategy, [document], llm, vectors).fingerprint)
        for model in (TinyModel(), SilentModel()):
            again = vectors_in(tmp_path)
            again.model = model
            found = column([document], strategy, again if model.__class__ is SilentModel else vectors, llm)
        entries.append(found.counts.entries)
    assert entries == [6, 7, 9, 10]
    assert len(set(fingerprints)) == 4


def test_a_cached_index_is_reused_only_where_the_written_texts_are_the_same(document, vectors, tmp_path, monkeypatch):
    llm, strategy, made = FakeModel(), strategy_of(), []
    put = IndexCache.put
    monkeypatch.setattr(IndexCache, "put", lambda cache, *index: (made.append(index[0].name), put(cache, *index)))
    before = column([document], strategy, vectors, llm)
    assert column([document], strategy, vectors_in(tmp_path), None).hits == before.hits
    assert len(made) == 1
    wrote(strategy, [document], llm, vectors)
    after = column([document], strategy, vectors, llm)
    assert after.counts.entries > before.counts.entries
    again = vectors_in(tmp_path)
    again.model = SilentModel()
    assert column([document], strategy, again, llm).model_dump(exclude={"timings_ms"}) == after.model_dump(
        exclude={"timings_ms"}
    )
    assert len(made) == 2
    other = FakeModel("another")
    assert column([document], strategy, vectors, other).counts.entries == before.counts.entries
    assert len(made) == 2, "as if nothing was written, which is kept"


def test_several_documents_have_their_own(document, text_document, vectors):
    other = text_document(document.text.replace("village", "town"), "town.md")
    llm, strategy = FakeModel(), strategy_of(1)
    wrote(strategy, [other], llm, vectors)
    found = column([document, other], strategy, vectors, llm)
    assert found.counts.entries == 6 + 3 * 6
    kinds = {(hit.document, via.kind) for hit in found.hits for via in hit.via}
    assert not {kind for document_id, kind in kinds if document_id == document.id} - {"chunk"}


def test_an_evaluation_and_a_retriever_find_it_too(document, vectors):
    llm, strategy = FakeModel(), strategy_of(2)
    wrote(strategy, [document], llm, vectors)
    start, end = strategy.chunker.chunk(document, RESOURCES)[3]
    gold = Reference(Span(start, end), document.text[start:end])
    question = Question("q", QUESTION, "village", (gold,))
    [result] = evaluate([document], [question], [strategy], vectors=vectors, llm=llm).strategies
    assert result.counts.entries == 24
    nodes = to_llama_index(strategy, [document], vectors, llm).retrieve(QUESTION)
    assert [node.text for node in nodes] == [hit.text for hit in column([document], strategy, vectors, llm).hits]


def test_the_strategy_says_who_writes_and_the_preset_stays_as_it_was():
    assert preset("metadata_references").reference.writer == "extractive"
    spec = "metadata_references:reference.writer=llm,reference.questions=3"
    assert spec_of(preset(spec)) == spec
    assert preset(spec).reference == Metadata(writer="llm", questions=3)
    assert preset(spec).reference.short() == "summary + 3 questions by an LLM and itself"
    assert preset(f"{spec},reference.questions=0").reference.short() == "summary by an LLM and itself"


def test_the_document_is_not_embedded_for_summaries_that_it_does_not_need(document, vectors):
    vectors.model = SilentModel()
    strategy = strategy_of()
    resources = resources_for(strategy, vectors, FakeModel())
    assert strategy.reference.entries(document, strategy.chunker.chunk(document, RESOURCES), resources)

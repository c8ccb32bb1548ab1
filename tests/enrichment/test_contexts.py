"""Contexts of chunks (contextual retrieval): prompts, windows that are too small, index, files, and what is shown."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core import compare, preset
from rag_core.enrichment.context import Context
from rag_core.enrichment.records import GeneratedText, Records
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.html.cards import hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.llms.answer_space import answer_space
from rag_core.llms.base import ContextWindowError
from rag_core.pipeline.build import build, resources_for
from rag_core.pipeline.enrichment import estimate, export_json, forget_imported, import_json, missing, status
from tests.enrichment.village import CUT, TOPICS, about, strategy_of, vectors_in, wrote
from tests.fakes.fake_model import FakeModel
from tests.html.reader import Reader

STRATEGY = preset(f"contextual_retrieval:{CUT},budget.hits=3")
QUESTION = "What are zeppelins?"


class Placing(FakeModel):
    """Writes a context with a word that no document has, and the topic of the chunk."""

    async def complete(self, prompt, max_tokens=None):
        chunk = prompt.split("<chunk>\n")[1].split("\n</chunk>")[0]
        topic = next(topic for topic in TOPICS if topic in chunk)
        self.answers = {"": f"Zeppelins, on {topic}."}
        return await super().complete(prompt, max_tokens)


@pytest.fixture
def vectors(tmp_path):
    return vectors_in(tmp_path)


@pytest.fixture
def long(text_document):
    return text_document(about(TOPICS), "long.md")


def test_the_prompt_is_anthropics_with_the_document_first(document, vectors):
    calls = missing(STRATEGY, [document], FakeModel(), vectors)
    assert len(calls) == 6
    head = f"<document>\n{document.text}\n</document>\nHere is the chunk we want to situate within the whole document\n"
    tail = (
        "\n</chunk>\nPlease give a short succinct context to situate this chunk within the overall document for the "
        "purposes of improving search retrieval of the chunk. Answer only with the succinct context and nothing else."
    )
    for call in calls:
        start, end = call.chunk.span
        assert call.prompt == f"{head}<chunk>\n{document.text[start:end]}{tail}"


def test_the_estimate_counts_the_document_in_every_call(document, vectors):
    llm = FakeModel()
    found = estimate(STRATEGY, [document], llm, vectors)
    prompts = [call.prompt for call in missing(STRATEGY, [document], llm, vectors)]
    assert found.calls == 6
    assert found.prompt_tokens == sum(map(llm.count_tokens, prompts)) > 6 * llm.count_tokens(document.text)
    assert found.completion_tokens == 6 * Context().expected_tokens


def test_a_context_is_indexed_and_searched_but_not_shown_as_text(document, vectors):
    llm = Placing()
    before = compare([document], QUESTION, [STRATEGY], vectors=vectors, llm=llm).columns[0]
    assert not any(via.context for hit in before.hits for via in hit.via)
    wrote(STRATEGY, [document], llm, vectors)
    column = compare([document], QUESTION, [STRATEGY], vectors=vectors, llm=llm).columns[0]
    assert all(hit.text == document.text[hit.start : hit.end] and "Zeppelin" not in hit.text for hit in column.hits)
    assert all(
        via.context.startswith("Zeppelins, on") and via.text == hit.text for hit in column.hits for via in hit.via
    )
    assert all(hit.scores["bm25"] > 0 for hit in column.hits), "the word stands in the contexts only"
    assert column.hits[0].scores["dense"] != before.hits[0].scores["dense"]


@pytest.mark.parametrize("pooling", ["late", "per_chunk", "mean"])
def test_the_vector_is_that_of_context_and_chunk_read_together(document, vectors, pooling):
    llm = Placing()
    wrote(STRATEGY, [document], llm, vectors)
    strategy = preset(f"contextual_retrieval:{CUT},search.kind=dense,search.pooling={pooling}")
    resources = resources_for(strategy, vectors, llm)
    built = build(strategy, [document], resources)
    texts = [f"{entry.lead}\n{entry.text(document)}" for entry in built.entries]
    assert built.vectors.matrix[0] == pytest.approx(resources.vectors.of_texts(texts), abs=1e-6)
    read = vectors.model.text_tokens
    tokens = [vectors.model.tokenize(text).ids for text in texts]
    leads = [len(vectors.model.tokenize(entry.lead).ids) for entry in built.entries]
    lost = sum(max(len(ids) - max(read, lead), 0) for ids, lead in zip(tokens, leads, strict=True))
    assert built.coverage.truncated == lost > 0


def test_a_written_context_changes_the_index_and_others_are_still_found(document, vectors):
    llm, records = FakeModel(), Records(vectors.cache, FakeModel())
    call = missing(STRATEGY, [document], llm, vectors)[2]
    strategy = preset(f"contextual_retrieval:{CUT},budget.hits=6")
    fingerprint = status(strategy, [document], llm, vectors).fingerprint
    assert len(compare([document], QUESTION, [strategy], vectors=vectors, llm=llm).columns[0].hits) == 6
    records.store(call.asked, GeneratedText("Zeppelins fly.", "fake"))
    assert status(strategy, [document], llm, vectors).fingerprint != fingerprint
    column = compare([document], QUESTION, [strategy], vectors=vectors, llm=llm).columns[0]
    assert [via.context for hit in column.hits for via in hit.via].count("Zeppelins fly.") == 1
    assert len(column.hits) == 6
    assert column.hits[0].start == call.chunk.span.start


def test_nothing_is_written_twice_and_another_model_begins_anew(document, vectors):
    llm = Placing()
    wrote(STRATEGY, [document], llm, vectors)
    assert len(llm.answered) == 6
    assert missing(STRATEGY, [document], llm, vectors) == []
    assert len(missing(STRATEGY, [document], FakeModel("another"), vectors)) == 6


def test_a_document_beyond_the_window_is_seen_in_part_and_it_is_said(long, vectors):
    llm = FakeModel()
    llm.context_tokens, llm.answer_tokens = 700, 100
    calls = missing(STRATEGY, [long], llm, vectors)
    assert len(calls) == len(TOPICS)
    for call in calls:
        start, end = call.chunk.span
        assert answer_space(llm, llm.count_tokens(call.prompt)) == llm.answer_tokens
        seen = call.prompt.split("<document>\n")[1].split("\n</document>")[0]
        assert long.text[start:end] in seen
        assert seen in long.text
        assert len(seen) < len(long.text)
    beginnings = {call.prompt.split("\n</document>")[0] for call in calls}
    assert len(beginnings) <= len(calls) / 2, "neighbours see the same part, so that prompts begin alike"
    found = status(STRATEGY, [long], llm, vectors)
    assert "1 document with up to" in found.limit_notice
    assert "700 tokens: it sees the part around each chunk only." in found.limit_notice
    assert estimate(STRATEGY, [long], llm, vectors).too_long == 0
    llm.context_tokens = 10**6
    assert status(STRATEGY, [long], llm, vectors).limit_notice == ""


def test_contexts_stay_when_another_window_becomes_known(long, vectors):
    llm = Placing()
    llm.context_tokens, llm.answer_tokens = 700, 100
    wrote(STRATEGY, [long], llm, vectors)
    llm.context_tokens = 10**6
    assert missing(STRATEGY, [long], llm, vectors) == []


def test_a_refused_prompt_is_sent_again_with_less_of_the_document(long, vectors):
    class Refusing(Placing):
        async def complete(self, prompt, max_tokens=None):
            if self.count_tokens(prompt) > 600:
                self.context_tokens = 700
                raise ContextWindowError("Too long.", "", status=400)
            return await super().complete(prompt, max_tokens)

    llm = Refusing()
    llm.answer_tokens = 100
    job = wrote(STRATEGY, [long], llm, vectors)
    assert job.failures == []
    assert status(STRATEGY, [long], llm, vectors).complete == len(TOPICS)


def test_chunks_that_do_not_fit_by_themselves_are_counted_apart(document, vectors):
    llm = FakeModel()
    llm.context_tokens, llm.answer_tokens = 150, 100
    assert estimate(STRATEGY, [document], llm, vectors).too_long == 6


def test_a_set_goes_out_and_comes_in_again(document, vectors, tmp_path):
    llm = Placing()
    wrote(STRATEGY, [document], llm, vectors)
    exported = export_json(STRATEGY, [document], llm, vectors)
    assert [list(entry) for entry in json.loads(exported).values()] == [["context", "document", "start", "end"]] * 6
    others = vectors_in(tmp_path / "others")
    assert import_json(exported, STRATEGY, [document], others) == 6
    assert status(STRATEGY, [document], None, others).complete == 6
    hits = compare([document], QUESTION, [STRATEGY], vectors=others).columns[0].hits
    assert all(via.context for hit in hits for via in hit.via)
    with pytest.raises(UserError, match="no text for this strategy: summaries and question lists"):
        import_json(exported, strategy_of(2), [document], others)
    forget_imported(STRATEGY, [document], others)
    assert status(STRATEGY, [document], None, others).written == 0


def test_why_says_that_shares_are_unknown_and_the_card_shows_the_context(document, vectors):
    llm = Placing()
    wrote(STRATEGY, [document], llm, vectors)
    from rag_core.pipeline.compare import compare_columns

    [ready] = compare_columns([document], QUESTION, [STRATEGY], vectors=vectors, llm=llm, why=True)
    assert all("the model reads both as a whole" in why.unknown and why.dense is None for why in ready.explanations)
    result = compare([document], QUESTION, [STRATEGY], vectors=vectors, llm=llm)
    hit = result.columns[0].hits[0]
    card = Reader(hit_html(ComparisonView(result, [document], ["column"]), 0, hit)).text
    assert "with the context: “Zeppelins, on" in card


@given(
    text=st.text(alphabet="ab {}\n<水", max_size=400),
    at=st.integers(0, 400),
    size=st.integers(0, 60),
    window=st.integers(60, 400),
)
@settings(max_examples=150, deadline=None)
def test_any_prompt_fits_or_holds_nothing_of_the_document(text, at, size, window, text_document):
    document = text_document(text)
    llm = Lettered()
    llm.context_tokens, llm.answer_tokens = window + 500, 20
    start = min(at, len(text))
    span = Span(start, min(start + size, len(text)))
    prompt = Context().prompt(document, span, llm)
    assert len(prompt) == Context().prompt_tokens(document, span, llm)
    seen = prompt.removeprefix("<document>\n").split("\n</document>\nHere is the chunk")[0]
    assert len(prompt) <= llm.context_tokens - llm.answer_tokens or seen == ""
    assert prompt.split("<chunk>\n")[-1].startswith(text[span.start : span.end])


class Lettered(FakeModel):
    """Every character is a token."""

    def count_tokens(self, text):
        return len(text)

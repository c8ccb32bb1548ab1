"""`compare`: the shape of its JSON, its counts, and its error messages."""

import json

import pytest

from rag_core import UserError, compare, preset
from rag_core.strategy.specs import strategy_from_json
from rag_core.text.tokenizers import get_tokenizer

PARAGRAPHS = [
    "The village keeps its bees on the southern slope, where the lime trees flower late.",
    "Honey is harvested twice a year, and the first harvest falls in the last days of May.",
    "In 2019 a late frost killed the blossom of the cherries, and the bees had to be fed.",
    "Varroa mites are counted in July, and whoever counts them writes the number down.",
]
TEXT = "\n\n".join(PARAGRAPHS)
QUESTION = "When is honey harvested?"
SMALL = "chunker.chunk_tokens=24,chunker.overlap_tokens=0"
SPECS = [
    f"baseline:{SMALL}",
    f"chunk_references:{SMALL},reference.child_tokens=16,reference.overlap_tokens=0",
    f"metadata_references:{SMALL},reference.questions=2",
]
STRATEGIES = [preset(spec) for spec in SPECS]


@pytest.fixture
def result(text_document, model_vectors):
    return compare([text_document(TEXT, "bees.txt")], QUESTION, STRATEGIES, answers=True, vectors=model_vectors)


def test_the_shape_of_the_json(result, text_document):
    made = json.loads(result.model_dump_json())
    assert made["documents"] == [
        {
            "id": text_document(TEXT).id,
            "source_id": text_document(TEXT).source_id,
            "name": "bees.txt",
            "label": "bees.txt",
            "parser": "text",
            "pages": 1,
            "characters": len(TEXT),
        }
    ]
    assert (made["question"], made["tokenizer"], made["embedding_model"]) == (QUESTION, "cl100k", "MiniLM")
    assert set(made) == {"documents", "question", "tokenizer", "embedding_model", "columns"}
    for column, strategy in zip(made["columns"], STRATEGIES, strict=True):
        assert set(column) == {"strategy", "hits", "answer", "timings_ms", "counts"}
        assert strategy_from_json(column["strategy"]) == strategy
        assert set(column["timings_ms"]) == {"parse_ms", "chunk_ms", "embed_ms", "search_ms", "answer_ms"}
        assert set(column["answer"]) == {"text", "citations", "model"}
        assert {"chunks", "entries", "context_tokens", "tokens_beyond_limit"} <= set(column["counts"])
        for hit in column["hits"]:
            assert set(hit) == {"document", "start", "end", "text", "score", "rank", "pages", "scores", "via"}
            assert all(set(via) == {"kind", "start", "end", "text", "score"} for via in hit["via"])


def test_hits_are_spans_of_the_text(result):
    for column in result.columns:
        assert [hit.rank for hit in column.hits] == list(range(1, len(column.hits) + 1))
        assert [hit.score for hit in column.hits] == sorted((hit.score for hit in column.hits), reverse=True)
        for hit in column.hits:
            assert TEXT[hit.start : hit.end] == hit.text
            assert hit.pages == [1]
            assert hit.score == max(via.score for via in hit.via) == hit.via[0].score
            inside = [via for via in hit.via if via.start is not None]
            assert all(hit.start <= via.start < via.end <= hit.end for via in inside)
            assert all(TEXT[via.start : via.end] == via.text for via in inside)


def test_every_strategy_finds_the_honey(result):
    assert all(column.hits[0].text == PARAGRAPHS[1] for column in result.columns)
    assert all("May" in column.answer.text for column in result.columns)


def test_counts(result):
    count = get_tokenizer("cl100k").count
    baseline, _, metadata = (column.counts for column in result.columns)
    assert (baseline.chunks, baseline.entries, baseline.hits, baseline.distinct_parents) == (4, 4, 2, 2)
    assert metadata.entries == 4 * (1 + 2 + 1)
    for column in result.columns:
        assert column.counts.context_tokens == sum(count(hit.text) for hit in column.hits)
        assert column.counts.tokens_beyond_limit == 0
        assert column.counts.share_beyond_limit == 0


def test_a_chunk_with_two_hits_counts_once(text_document, model_vectors):
    strategy = preset(SPECS[1] + ",budget.kind=hits,budget.hits=20")
    column = compare([text_document(TEXT)], QUESTION, [strategy], vectors=model_vectors).columns[0]
    assert column.counts.hits == len(column.hits) > column.counts.distinct_parents == 4
    assert column.counts.context_tokens == sum(map(get_tokenizer("cl100k").count, PARAGRAPHS))


def test_tokens_beyond_the_models_limit_are_counted(text_document, model_vectors):
    per_chunk = "baseline:search.pooling=per_chunk"
    strategies = [preset(spec) for spec in (per_chunk, f"{per_chunk},chunker.chunk_tokens=100", "baseline")]
    big, small, late = compare([text_document("word " * 600)], "word?", strategies, vectors=model_vectors).columns
    assert (big.counts.model_tokens, big.counts.tokens_beyond_limit) == (600, 600 - 254)
    assert small.counts.tokens_beyond_limit == 0
    assert (late.counts.model_tokens, late.counts.tokens_beyond_limit) == (600, 0)


def test_tokens_of_several_documents_add_up(text_document, model_vectors):
    documents = [text_document("word " * 600), text_document("other " * 300), text_document("few words")]

    def counted(some):
        strategy = preset("baseline:search.pooling=per_chunk")
        counts = compare(some, "word?", [strategy], vectors=model_vectors).columns[0].counts
        return counts.chunks, counts.model_tokens, counts.tokens_beyond_limit

    alone = [counted([document]) for document in documents]
    assert counted(documents) == tuple(map(sum, zip(*alone, strict=True))) == (3, 902, 600 + 300 - 2 * 254)


def test_answers_only_if_requested(text_document, model_vectors):
    column = compare([text_document(TEXT)], QUESTION, STRATEGIES[:1], vectors=model_vectors).columns[0]
    assert (column.answer, column.timings_ms.answer_ms) == (None, 0)


def test_cached_vectors_cost_no_embedding(text_document, model_vectors):
    document = text_document(TEXT)
    compare([document], QUESTION, STRATEGIES, vectors=model_vectors)
    again = compare([document], QUESTION, STRATEGIES, vectors=model_vectors)
    assert [column.timings_ms.embed_ms for column in again.columns] == [0, 0, 0]


@pytest.mark.parametrize("pooling", ["late", "per_chunk"])
def test_two_documents_are_searched_together(pooling, text_document, model_vectors):
    bees, frost = text_document(TEXT, "bees.txt"), text_document("\n\n".join(PARAGRAPHS[::-1]), "frost.txt")
    strategy = preset(f"{SPECS[0]},search.pooling={pooling}")
    result = compare([bees, frost], QUESTION, [strategy], vectors=model_vectors)
    hits = result.columns[0].hits
    assert [document.name for document in result.documents] == ["bees.txt", "frost.txt"]
    assert {hit.document for hit in hits} == {bees.id, frost.id}
    assert hits[0].text == hits[1].text == PARAGRAPHS[1]
    texts = {bees.id: bees.text, frost.id: frost.text}
    assert [hit.start for hit in hits] == [texts[hit.document].index(PARAGRAPHS[1]) for hit in hits]
    assert result.columns[0].counts.chunks == 8


def test_equal_scores_are_in_the_order_of_the_documents(text_document, model_vectors):
    bees, frost = text_document(TEXT, "bees.txt"), text_document("\n\n".join(PARAGRAPHS[::-1]), "frost.txt")
    strategy = preset(f"{SPECS[0]},search.pooling=per_chunk")
    for documents in ([bees, frost], [frost, bees]):
        hits = compare(documents, QUESTION, [strategy], vectors=model_vectors).columns[0].hits
        assert [hit.document for hit in hits] == [document.id for document in documents]
        assert hits[0].score == hits[1].score


def test_a_document_given_twice_is_one(text_document, model_vectors):
    document = text_document(TEXT)
    assert len(compare([document, document], QUESTION, STRATEGIES[:1], vectors=model_vectors).documents) == 1


def test_another_tokenizer_measures_all_columns(text_document, model_vectors):
    result = compare([text_document(TEXT)], QUESTION, STRATEGIES[:1], tokenizer="minilm", vectors=model_vectors)
    column = result.columns[0]
    assert result.tokenizer == "minilm"
    assert column.counts.context_tokens == sum(get_tokenizer("minilm").count(hit.text) for hit in column.hits)


def test_a_document_without_words_has_no_hits(text_document, model_vectors):
    result = compare([text_document(" \n ")], QUESTION, STRATEGIES, answers=True, vectors=model_vectors)
    for column in result.columns:
        assert (column.hits, column.answer.found) == ([], False)
        assert (column.counts.chunks, column.counts.share_beyond_limit) == (0, 0)


@pytest.mark.parametrize(
    ("documents", "question", "strategies", "message"),
    [
        (0, QUESTION, STRATEGIES, "no document"),
        (1, QUESTION, [], "no strategy"),
        (1, "", STRATEGIES, "question is empty"),
        (1, " \n\t ", STRATEGIES, "question is empty"),
        (1, "half \ud83d a letter", STRATEGIES, "not UTF-8 text"),
    ],
)
def test_errors_name_the_remedy(documents, question, strategies, message, text_document):
    with pytest.raises(UserError, match=message):
        compare([text_document(TEXT)] * documents, question, strategies)


def test_documents_must_share_their_tokens(text_document):
    documents = [text_document(TEXT), text_document(TEXT + " More.", tokenizer="minilm")]
    with pytest.raises(UserError, match="different tokens \\(cl100k, minilm\\)"):
        compare(documents, QUESTION, STRATEGIES)


def test_an_unknown_tokenizer_is_refused(text_document):
    with pytest.raises(UserError, match="Valid: cl100k, minilm"):
        compare([text_document(TEXT)], QUESTION, STRATEGIES, tokenizer="nonsense")


def test_progress_names_the_stages(text_document, model_vectors):
    stages = []
    text = TEXT + " A sentence that nobody has embedded before this test."
    compare([text_document(text)], QUESTION, STRATEGIES, vectors=model_vectors, report=lambda p: stages.append(p.stage))
    assert "Cutting chunks" in stages
    assert any(stage.startswith("Embedding") for stage in stages)

"""A hit's card says which summary or question led to it, and whether a language model wrote it."""

from rag_core import compare, preset
from rag_core.enrichment.records import GeneratedText, Records
from rag_core.html.cards import hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.pipeline.enrichment import missing
from tests.enrichment.village import CUT, TOPICS, about, strategy_of, vectors_in
from tests.fakes.fake_model import FakeModel
from tests.html.reader import Reader

MARKUP = "<img src=x onerror='alert(1)'> ![otters](http://127.0.0.1:9/leak.png) Which otters?"


def cards_of(documents, strategy, vectors, llm=None):
    result = compare(documents, MARKUP, [strategy], vectors=vectors, llm=llm)
    shown = ComparisonView(result, documents, ["column"])
    return [(hit, hit_html(shown, 0, hit)) for hit in result.columns[0].hits]


def test_what_a_model_wrote_is_called_so_and_stays_text(text_document, tmp_path):
    documents, llm, vectors = [text_document(about(TOPICS[:3]))], FakeModel(), vectors_in(tmp_path)
    strategy = strategy_of(1, "search.entries=9")
    for call in missing(strategy, documents, llm, vectors):
        Records(vectors.cache, llm).store(call.asked, GeneratedText(f"1. {MARKUP}", "fake"))
    for hit, card in cards_of(documents, strategy, vectors, llm):
        assert {via.kind for via in hit.via} == {"summary", "question", "chunk"}
        assert "via summary (a language model wrote it)" in card
        assert "via question (a language model wrote it)" in card
        assert MARKUP in Reader(card).text
        assert "<img" not in card


def test_without_a_model_a_summary_is_central_sentences(text_document, tmp_path):
    documents, vectors = [text_document(about(TOPICS[:3]))], vectors_in(tmp_path)
    strategy = preset(f"metadata_references:{CUT},search.entries=30")
    cards = "".join(card for _, card in cards_of(documents, strategy, vectors))
    assert "via summary (its central sentences)" in cards
    assert "language model" not in cards

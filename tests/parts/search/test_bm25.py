"""BM25 against bm25s, over chunks and over windows of several widths."""

import bm25s
import numpy as np
import pytest
import Stemmer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core import compare, preset
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.parts.search.bm25 import BM25Search, term_index
from rag_core.stages.entries import Entry
from rag_core.stages.query import Query
from rag_core.text.terms import LANGUAGES, words_of
from tests.ordering import best_first

WORDS = ["otter", "otters", "bridge", "honey", "the", "in", "1932", "lanes", "queen", "x", "urchins"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def reference(texts, query):
    """The scores of bm25s."""
    stemmer = Stemmer.Stemmer("english")
    corpus = bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index(corpus, show_progress=False)
    [terms] = bm25s.tokenize([query], stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False)
    return index.get_scores(terms)


@given(texts=st.lists(TEXTS.filter(lambda text: len(text) > 12), min_size=2, max_size=12), query=TEXTS)
@often
def test_scores_of_chunks_are_those_of_bm25s(texts, query, text_document):
    ends = np.cumsum([len(text) + 1 for text in texts]).tolist()
    entries = [Entry("chunk", Span(end - len(text) - 1, end - 1)) for text, end in zip(texts, ends, strict=True)]
    entries = [Entry("chunk", entry.chunk, (entry.chunk,)) for entry in entries]
    scores = term_index(BM25Search(), entries, [text_document("\n".join(texts))]).scores(query)
    words = words_of("english", stemmed=True)
    if set(words.terms(query)) & {term for text in texts for term in words.terms(text)}:
        assert scores[0] == pytest.approx(reference(texts, query), abs=1e-5)
    else:  # bm25s refuses an empty vocabulary
        assert not scores.any()


def test_lengths_without_numbers_are_those_of_the_words(text_document):
    """Figures are found, but a row of them does not make a text long."""
    prose, table = "inventories were stable at forty", "inventories 5 433 6 580 1932 2 610 74"
    document = text_document(f"{prose}\n{table}")
    spans = [Span(0, len(prose)), Span(len(prose) + 1, len(prose) + 1 + len(table))]
    entries = [Entry("chunk", span, (span,)) for span in spans]
    with_numbers = term_index(BM25Search(), entries, [document]).scores("inventories")
    without = term_index(BM25Search(numbers_lengthen=False), entries, [document])
    assert with_numbers[0, 0] > with_numbers[0, 1]
    assert without.scores("inventories")[0, 1] > without.scores("inventories")[0, 0]
    lengths = np.array([4, 1])  # of prose without its stop words, and of the table without its figures
    damping = 1.5 * (0.25 + 0.75 * lengths / lengths.mean())
    rarity = np.log(1 + (2 - 2 + 0.5) / (2 + 0.5))
    assert without.scores("inventories")[0] == pytest.approx(rarity / (1 + damping), abs=1e-6)
    assert without.scores("1932")[0].tolist() == [0, pytest.approx(np.log(2) / (1 + damping[1]), abs=1e-6)]


def test_texts_of_numbers_alone_have_no_length(text_document):
    document = text_document("1932 5433\n1932 6580")
    entries = [Entry("chunk", span, (span,)) for span in (Span(0, 9), Span(10, 19))]
    scores = term_index(BM25Search(numbers_lengthen=False), entries, [document]).scores("1932 6580")
    assert scores[0, 1] > scores[0, 0] > 0


ODD_WORDS = ["\u8bad\u7ec3\u6570\u636e", "\u6587", "\u4f7f\u7528GPU", "\ufb01rst", "stra\u00dfe", "\U0001f9a6", "3,526"]
ODD_WORDS += ["e\u0301t\u00e9", *WORDS]
ODD_TEXTS = st.lists(st.sampled_from(ODD_WORDS), min_size=1, max_size=40).map("\r\n".join) | st.text(max_size=60)


@given(texts=st.lists(ODD_TEXTS, min_size=1, max_size=9), query=ODD_TEXTS, language=st.sampled_from(LANGUAGES))
@often
def test_the_ranking_of_any_texts_is_that_of_bm25s(texts, query, language, text_document, resources):
    """With several documents, each of one chunk, and our terms: bm25s does not cut Chinese."""
    search = BM25Search(language=language)
    terms = search.words.terms
    documents = [text_document(text, f"{i}.txt") for i, text in enumerate(texts)]
    entries = [Entry("chunk", Span(0, len(text)), (Span(0, len(text)),), document=i) for i, text in enumerate(texts)]
    ranking = search.index(entries, documents, resources).search([Query(query)], resources)
    corpus, asked = [terms(text) for text in texts], terms(query)
    asked = [term for term in asked if any(term in of_text for of_text in corpus)]
    expected = np.zeros(len(texts))
    if asked:
        index = bm25s.BM25(k1=1.5, b=0.75)
        index.index(corpus, show_progress=False)
        expected = index.get_scores(asked)
    assert ranking.stages["bm25"] == pytest.approx(expected, abs=1e-5)
    assert [one.entry for one in ranking.scored] == best_first(expected.tolist())


@given(text=TEXTS.filter(lambda text: len(text.split()) > 3), query=TEXTS, data=st.data())
@often
def test_scores_of_windows_are_those_of_their_texts(text, query, data, text_document):
    """Each level is a corpus of its own."""
    starts = [0, *(i + 1 for i, letter in enumerate(text) if letter == " ")]
    ends = [*(start - 1 for start in starts[1:]), len(text)]
    numbers = st.integers(0, len(starts) - 1)
    runs = st.tuples(numbers, numbers).map(sorted)
    drawn = data.draw(st.lists(st.tuples(runs, runs), min_size=2, max_size=8))
    windows = [tuple(Span(starts[first], ends[last]) for first, last in levels) for levels in drawn]
    entries = [Entry("window", levels[0], levels) for levels in windows]
    document = text_document(text)
    scores = term_index(BM25Search(), entries, [document]).scores(query)
    for level in range(2):
        alone = [Entry("chunk", entry.chunk, (entry.windows[level],)) for entry in entries]
        assert scores[level] == pytest.approx(term_index(BM25Search(), alone, [document]).scores(query)[0], abs=1e-6)


def test_written_texts_quotes_and_contexts_are_searched(text_document):
    document = text_document("# Bees\nA colony has one queen. Honey keeps. Otters hold hands.")
    chunk = Span(7, 30)
    entries = [
        Entry("summary", chunk, written="about royal insects"),
        Entry("summary", chunk, quotes=(Span(31, 43), Span(44, 62))),
        Entry("chunk", chunk, (chunk,), context=(Span(0, 6),)),
    ]
    terms = term_index(BM25Search(), entries, [document])
    for query, expected in {"royal": [0], "honey otters": [1], "bees": [2], "queen": [2], "nothing": []}.items():
        assert np.flatnonzero(terms.scores(query)[0]).tolist() == expected


def test_a_context_counts_at_every_level(text_document):
    document = text_document("# Bees\nA colony has one queen. Honey keeps.")
    windows = (Span(7, 30), Span(7, 43))
    entries = [
        Entry("window", windows[0], windows, context=(Span(0, 6),)),
        Entry("window", Span(31, 43), (Span(31, 43),) * 2),
    ]
    assert np.flatnonzero(term_index(BM25Search(), entries, [document]).scores("bees")).tolist() == [0, 2]


def test_a_lead_is_searched_at_every_level(text_document):
    document = text_document("# Bees\nA colony has one queen. Honey keeps.")
    one, two = Span(7, 30), Span(31, 43)
    for levels in (1, 2):
        entries = [
            Entry("chunk", one, (one,) * levels, context=(Span(0, 6),), lead="Royal insects."),
            Entry("chunk", two, (two,) * levels),
            Entry("summary", two, written="Sweet and sticky.", lead="In a jar."),
        ]
        scores = term_index(BM25Search(), entries, [document]).scores
        for query, expected in {
            "royal": [0],
            "bees": [0],
            "queen": [0],
            "honey": [1],
            "sticky": [2],
            "jar": [2],
        }.items():
            assert [np.flatnonzero(level).tolist() for level in scores(query)] == [expected] * levels


def test_documents_do_not_mix(text_document):
    documents = [text_document("Otters hold hands."), text_document("Honey keeps. Otters eat fish.")]
    entries = [Entry("chunk", Span(0, 18), (Span(0, 18),)), Entry("chunk", Span(0, 12), (Span(0, 12),), document=1)]
    terms = term_index(BM25Search(), entries, documents)
    assert np.flatnonzero(terms.scores("otters")[0]).tolist() == [0]
    assert np.flatnonzero(terms.scores("honey")[0]).tolist() == [1]


def test_a_query_for_the_dense_search_only_is_an_error(text_document, resources):
    index = BM25Search().index([Entry("chunk", Span(0, 5), (Span(0, 5),))], [text_document("Otter")], resources)
    with pytest.raises(UserError, match="bm25"):
        index.search([Query("otter", use="dense")], resources)


def test_it_embeds_nothing(text_document, model_vectors):
    [column] = compare(
        [text_document("Otters hold hands. Honey keeps.")],
        "honey",
        [preset("baseline:search.kind=bm25")],
        vectors=model_vectors,
    ).columns
    assert column.timings_ms.embed_ms == 0
    assert column.hits[0].scores == {"bm25": column.hits[0].score}

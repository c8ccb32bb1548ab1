"""The terms of lexical search: those of bm25s, and pairs of characters where there are no spaces."""

import bm25s
import pytest
import Stemmer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.text.placed_words import PlacedWords
from rag_core.text.terms import LANGUAGES, Words, words_of

ENGLISH = words_of("english", stemmed=True)
TEXTS = [
    "The inventories at the end of fiscal year 2019 were $4,370 million (2018: 3,526).",
    "Chunking chunks the CHUNKED chunk; naïve café_owner's e-mails: a@b.com",
    "Über Straße ĳ ﬁnd",
]


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_bm25s(text):
    stemmer = Stemmer.Stemmer("english")
    [expected] = bm25s.tokenize([text], stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False)
    assert ENGLISH.terms(text) == expected


def test_unstemmed_words_differ_by_their_endings():
    assert words_of("english", stemmed=False).terms("Chunks chunk") == ["chunks", "chunk"]
    assert ENGLISH.terms("Chunks chunk") == ["chunk", "chunk"]


def test_stop_words_and_stems_are_those_of_the_language():
    assert words_of("german", stemmed=True).terms("Die Häuser und das Haus") == ["haus", "haus"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_stemmer(language):
    assert Words(language, stemmed=True).terms("2019") == ["2019"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("训练数据", ["训练", "练数", "数据"]),
        ("使用GPU进行", ["使用", "gpu", "进行"]),
        ("是。", ["是"]),
        ("メモリ 32GB", ["メモ", "モリ", "32gb"]),
    ],
)
def test_text_without_spaces_is_cut_into_pairs_of_characters(text, expected):
    assert ENGLISH.terms(text) == expected


PIECES = st.lists(
    st.sampled_from(["chunk", "Overlap", "the", " ", "\n", "训练数据", "3,526", "é", "x", "-"]), max_size=30
)


@given(text=PIECES.map("".join) | st.text(max_size=80), data=st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_terms_of_spans_are_those_of_their_texts(text, data):
    ends = st.integers(0, len(text))
    spans = [Span(*sorted(pair)) for pair in data.draw(st.lists(st.tuples(ends, ends), max_size=5))]
    placed = PlacedWords(text, ENGLISH)
    found = placed.occurrences(spans)
    names = placed.terms()
    for i, (start, end) in enumerate(spans):
        alone = list(ENGLISH.placed(text[start:end]))
        of_span = found.spans == i
        assert sorted(names[n] for n in found.terms[of_span]) == sorted(term.text for term in alone)

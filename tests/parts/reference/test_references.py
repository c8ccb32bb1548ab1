"""References: every entry refers to its chunk, and its text is found at its spans of the document."""

import re

import pytest

from rag_core.geometry import Span
from rag_core.parts import kinds
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.reference.central_sentences import central_sentences
from rag_core.parts.reference.children import Children
from rag_core.parts.reference.itself import Itself
from rag_core.parts.reference.key_phrases import key_phrases
from rag_core.parts.reference.metadata import Metadata
from tests.resources import RESOURCES, resources_of

TOPICS = ["bee colonies", "lime trees", "late frost", "sugar syrup", "honey harvest"]
TEXT = "\n\n".join(
    f"About {topic}. The village writes down everything about {topic} each week. {topic.capitalize()} need a lot of "
    f"care in spring, says the chronicle. Nobody has ever asked why {topic} matter so much."
    for topic in TOPICS
)


@pytest.fixture
def document(text_document):
    return text_document(TEXT)


@pytest.fixture
def chunks(document):
    return SentenceChunker(chunk_tokens=60, overlap_tokens=0).chunk(document, RESOURCES)


@pytest.fixture(params=["late", "per_chunk"])
def resources(request):
    return resources_of(request.param)


@pytest.mark.parametrize("kind", kinds("reference").values(), ids=list(kinds("reference")))
def test_every_reference_keeps_the_contract(kind, document, chunks, resources):
    entries = kind().entries(document, chunks, resources)
    assert list(dict.fromkeys(entry.chunk for entry in entries)) == chunks, "chunk by chunk, in document order"
    for entry in entries:
        text = entry.text(document)
        assert text.strip()
        read = [document.text[a:b] for a, b in entry.read_spans()]
        assert all(entry.chunk.start <= a < b <= entry.chunk.end for a, b in entry.read_spans())
        assert not read or text == " ".join(read)
        assert entry.span is None or text == document.text[slice(*entry.span)]


@pytest.mark.parametrize("kind", kinds("reference").values(), ids=list(kinds("reference")))
def test_no_chunks_have_no_entries(kind, text_document, resources):
    assert kind().entries(text_document("  "), [], resources) == []


def test_itself(document, chunks, resources):
    assert [entry.span for entry in Itself().entries(document, chunks, resources)] == chunks


def test_children_of_each_size_and_the_chunk(document, chunks, resources):
    reference = Children(child_tokens=(16, 32), overlap_tokens=0)
    entries = [e for e in reference.entries(document, chunks, resources) if e.chunk == chunks[0]]
    small = SentenceChunker(chunk_tokens=16, overlap_tokens=0).chunk(document, RESOURCES, chunks[0])
    middle = SentenceChunker(chunk_tokens=32, overlap_tokens=0).chunk(document, RESOURCES, chunks[0])
    assert [entry.span for entry in entries] == [*small, *middle, chunks[0]]
    assert [entry.kind for entry in entries] == ["child"] * (len(entries) - 1) + ["chunk"]


def test_central_sentences_are_verbatim_and_in_reading_order(document, chunks, resources):
    for spans in central_sentences(document, chunks, 2, resources.vectors):
        assert spans == sorted(spans)
        assert 1 <= len(spans) <= 2
        assert all(len(document.text[a:b].split()) >= 5 for a, b in spans)


def test_a_chunk_of_headings_has_a_summary_too(text_document, resources):
    document = text_document("One\n\nTwo\n\nThree")
    [spans] = central_sentences(document, [Span(0, 15)], 2, resources.vectors)
    assert len(spans) == 2


def test_metadata_is_summary_then_phrases_then_the_chunk(document, chunks, resources):
    entries = Metadata(questions=3).entries(document, chunks, resources)
    assert [entry.kind for entry in entries][:5] == ["summary", "key phrase", "key phrase", "key phrase", "chunk"]


def test_key_phrases_occur_in_their_chunk_and_distinguish_it(document, chunks):
    texts = [document.text[a:b] for a, b in chunks]
    for text, phrases in zip(texts, key_phrases(texts, 4), strict=True):
        folded = re.sub(r"\s+", " ", text.casefold())
        assert phrases
        assert all(phrase in folded for phrase in phrases)
        words = [word for phrase in phrases for word in phrase.split()]
        assert len(set(words)) == len(words), "no two phrases share a word"
    assert key_phrases(TEXT.split("\n\n"), 1) == [[topic] for topic in TOPICS]


@pytest.mark.parametrize("text", ["the of and", "1 2 3", "... !!!", "x"])
def test_a_chunk_without_phrases_has_none(text):
    assert key_phrases([text], 5) == [[]]


def test_zero_key_phrases():
    assert key_phrases(["bee colonies"], 0) == [[]]

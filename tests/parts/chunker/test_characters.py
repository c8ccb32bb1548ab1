"""The chunker `characters` cuts as LangChain's CharacterTextSplitter does, except within what is read as one."""

from itertools import pairwise

import pytest
import regex
from chonkie import TokenChunker
from hypothesis import given
from hypothesis import strategies as st
from langchain_text_splitters import CharacterTextSplitter
from pydantic import ValidationError

from rag_core.geometry import Span
from rag_core.parts.chunker.characters import CharacterChunker
from tests.parts.chunker.test_chunker_contract import FAMILY, TEXTS

FLAGS = "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"


def our_chunks(text, size, overlap, document, resources):
    chunker = CharacterChunker(chunk_characters=size, overlap_characters=overlap)
    return [text[start:end] for start, end in chunker.chunk(document(text), resources)]


def langchain_chunks(text, size, overlap):
    chunks = CharacterTextSplitter(separator="", chunk_size=size, chunk_overlap=overlap).split_text(text)
    return [chunk for i, chunk in enumerate(chunks) if i == 0 or chunk != chunks[i - 1]]


@pytest.mark.parametrize(
    "name", ["periodic", "one sentence repeated", "giant word", "CJK", "ligatures", "lone surrogates"]
)
@pytest.mark.parametrize(("size", "overlap"), [(16, 0), (40, 15), (1000, 999)])
def test_same_cuts_as_langchain(name, size, overlap, text_document, resources):
    text = TEXTS[name][:3_000]
    found = our_chunks(text, size, overlap, text_document, resources)
    expected = langchain_chunks(text, size, overlap)
    assert [chunk for i, chunk in enumerate(found) if i == 0 or chunk != found[i - 1]] == expected


@pytest.mark.parametrize(("size", "overlap"), [(16, 0), (40, 15)])
def test_same_cuts_as_chonkie(size, overlap, text_document, resources):
    """chonkie leaves white space at the ends of chunks. Its SemanticChunker has no percentile: it is another method."""
    text = TEXTS["one sentence repeated"][:3_000]
    found = TokenChunker("character", chunk_size=size, chunk_overlap=overlap).chunk(text)
    assert our_chunks(text, size, overlap, text_document, resources) == [chunk.text.strip() for chunk in found]


@given(text=st.text("ab .\n", max_size=200), size=st.integers(16, 40), overlap=st.integers(0, 15))
def test_same_cuts_on_any_text_of_single_characters(text, size, overlap, text_document, resources):
    found = our_chunks(text, size, overlap, text_document, resources)
    assert [chunk for i, chunk in enumerate(found) if i == 0 or chunk != found[i - 1]] == langchain_chunks(
        text, size, overlap
    )


@given(
    parts=st.lists(
        st.sampled_from(["a", "e\u0301", FAMILY, FLAGS, "\r\n", "\U0001f44d\U0001f3fd", "\u1100\u1161\u11a8"])
    ),
    size=st.integers(16, 40),
)
def test_no_cut_within_what_is_read_as_one_character(parts, size, text_document, resources):
    text = "".join(parts)
    ends = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    spans = CharacterChunker(chunk_characters=size).chunk(text_document(text), resources)
    assert all(start in ends and end in ends for start, end in spans)
    assert all(end - start <= size for start, end in spans)


def test_more_marks_than_a_chunk_holds_are_cut(text_document, resources):
    text = "z" + "\u0301" * 100
    spans = CharacterChunker(chunk_characters=16).chunk(text_document(text), resources)
    assert spans == [Span(start, min(start + 16, 101)) for start in range(0, 101, 16)]


def test_chunks_have_the_size_exactly_and_the_overlap(text_document, resources):
    spans = CharacterChunker(chunk_characters=100, overlap_characters=30).chunk(text_document("x" * 1_000), resources)
    assert {end - start for start, end in spans[:-1]} == {100}
    assert {one.end - other.start for one, other in pairwise(spans)} == {30}


def test_the_overlap_must_be_smaller_than_the_size():
    with pytest.raises(ValidationError, match=r"chunker\.overlap_characters"):
        CharacterChunker(chunk_characters=50, overlap_characters=50)

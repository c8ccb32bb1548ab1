"""The recursive chunker cuts as LangChain's RecursiveCharacterTextSplitter does with the same separators."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag_core.parts.chunker.recursive import RecursiveChunker
from rag_core.text.tokenizers import get_tokenizer
from tests.parts.chunker.test_chunker_contract import MADE_TEXTS, TEXTS

SEPARATORS = {
    "chroma": ["\n\n", "\n", ".", "?", "!", " ", ""],
    "langchain": ["\n\n", "\n", " ", ""],
}


def langchain_chunks(text, separators, size, overlap):
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size,
        chunk_overlap=overlap,
        length_function=get_tokenizer("cl100k").count,
        separators=SEPARATORS[separators],
    )
    return splitter.split_text(text)


def our_chunks(text, separators, size, overlap, document, resources):
    chunker = RecursiveChunker(chunk_tokens=size, overlap_tokens=overlap, separators=separators)
    return [text[start:end] for start, end in chunker.chunk(document(text), resources)]


@pytest.mark.parametrize("separators", SEPARATORS)
@pytest.mark.parametrize(
    "name", ["periodic", "one sentence repeated", "giant word", "CRLF", "ligatures", "commas only"]
)
@pytest.mark.parametrize(("size", "overlap"), [(16, 0), (40, 15), (200, 20)])
def test_hard_texts(separators, name, size, overlap, text_document, resources):
    expected = langchain_chunks(TEXTS[name], separators, size, overlap)
    assert our_chunks(TEXTS[name], separators, size, overlap, text_document, resources) == expected


@pytest.mark.parametrize("separators", SEPARATORS)
@given(text=MADE_TEXTS, size=st.integers(16, 60), overlap=st.integers(0, 15))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text(separators, text, size, overlap, text_document, resources):
    expected = langchain_chunks(text, separators, size, overlap)
    ours = our_chunks(text, separators, size, overlap, text_document, resources)
    assert without_repetition(ours) == without_repetition(expected)


def without_repetition(chunks):
    """LangChain repeats a chunk where only white space follows an overlap; ours are distinct spans."""
    return [chunk for i, chunk in enumerate(chunks) if i == 0 or chunk != chunks[i - 1]]

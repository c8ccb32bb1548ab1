"""The chunkers cut as LlamaIndex's splitters do, except for one defect of these.

Where an overlap is followed by white space only, or by nothing, they repeat the end of a chunk as the same chunk once
more; ours do not.
"""

import dataclasses
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llama_index.core.node_parser import SentenceSplitter, TokenTextSplitter

from rag_core import open_document
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.token import TokenChunker
from rag_core.text.tokenizers import get_tokenizer
from rag_core.text.tokenizers.minilm import word_pieces
from tests.resources import RESOURCES

CORPORA = [
    "chunking/state_of_the_union.md",
    "chunking/wikitexts.md",
    "chunking/chatlogs.md",
    "papers/llama.pdf",
    "papers/bert.pdf",
]
PAIRS = [(SentenceChunker, SentenceSplitter), (TokenChunker, TokenTextSplitter)]
WORDS = [
    "word",
    "Fig. 3",
    "ends here.",
    "and,",
    "so;",
    "y" * 60,
    "\u6587\u7ae0\u3002",
    "\ufb01",
    "<|endoftext|>",
    "Why?",
    "",
]
GAPS = [" ", " ", "  ", "\n", "\n\n", "\n\n\n", "\n\n\n  ", "\r\n", "\t", "", "\u00a0"]
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=150)

each_pair = pytest.mark.parametrize(("ours", "theirs"), PAIRS, ids=["sentence", "token"])


def assert_same_cuts(ours, theirs, document, size, overlap, tokenizer=None):
    spans = ours(chunk_tokens=size, overlap_tokens=overlap).chunk(document, RESOURCES)
    # LlamaIndex's own tokenizer counts the name of a special token in a text as that token.
    splitter = theirs(chunk_size=size, chunk_overlap=overlap, tokenizer=tokenizer or as_text)
    mine = [document.text[start:end] for start, end in spans]
    taken = 0
    for chunk in filter(None, splitter.split_text(document.text)):
        if taken < len(mine) and chunk == mine[taken]:
            taken += 1
        else:
            assert taken
            assert chunk == mine[taken - 1], f"chunk {taken} is cut differently"
    assert taken == len(mine)


def as_text(text):
    return range(get_tokenizer("cl100k").count(text))


@cache
def opened(path):
    return open_document(path)


@each_pair
@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize(("size", "overlap"), [(48, 12), (256, 20), (1024, 20)])
def test_on_real_documents(ours, theirs, name, size, overlap, shared_data):
    assert_same_cuts(ours, theirs, opened(shared_data / name), size, overlap)


@each_pair
def test_in_the_models_tokens(ours, theirs, handbook):
    def tokenize(text):
        return word_pieces().encode(text, add_special_tokens=False).ids

    document = dataclasses.replace(handbook, tokenizer="minilm")
    assert_same_cuts(ours, theirs, document, 100, 20, tokenize)


@each_pair
@given(pairs=TEXTS, size=st.integers(16, 80), overlap=st.integers(0, 15))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_on_any_text(ours, theirs, pairs, size, overlap, text_document):
    text = "".join(word + gap for word, gap in pairs)
    assert_same_cuts(ours, theirs, text_document(text), size, overlap)

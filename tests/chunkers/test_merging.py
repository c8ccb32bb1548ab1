"""Merging pieces into chunks: the size is the sum over the pieces, and only a single piece may exceed it."""

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag_core.chunkers.sentence import merge_sentences
from rag_core.chunkers.split_tree import Piece
from rag_core.chunkers.token import merge_words

SIZE = 20
TOKENS = st.lists(st.integers(1, 25), max_size=60)
OVERLAPS = st.integers(0, SIZE - 1)


def pieces_of(tokens):
    """Piece i is as long as it has tokens, so that spans are sums too."""
    ends = list(accumulate(tokens))
    return [Piece(end - length, end, length) for end, length in zip(ends, tokens, strict=True)]


def assert_merged(chunks, tokens, overlap):
    assert sum(tokens) == (chunks[-1].end if chunks else 0)
    for chunk in chunks:
        assert chunk.end - chunk.start <= SIZE or chunk.end - chunk.start in tokens
    for before, after in pairwise(chunks):
        assert before.start < after.start <= before.end < after.end
        assert before.end - after.start <= overlap


@given(tokens=TOKENS, overlap=OVERLAPS)
def test_sentences(tokens, overlap):
    assert_merged(merge_sentences(pieces_of(tokens), SIZE, overlap), tokens, overlap)


@given(tokens=TOKENS, overlap=OVERLAPS)
def test_words(tokens, overlap):
    assert_merged(merge_words(pieces_of(tokens), SIZE, overlap), tokens, overlap)

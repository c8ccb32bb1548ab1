"""Merging pieces into chunks: the size is the sum over the pieces, and only a single piece may exceed it."""

from collections import deque
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.parts.chunker.pieces import Pieces, ascending, merge, stripped

SIZE = 20
TOKENS = st.lists(st.integers(1, 25), max_size=60)
MAYBE_NO_TOKENS = st.lists(st.integers(0, 25), max_size=60)
OVERLAPS = st.integers(0, SIZE - 1)


def pieces_of(tokens):
    """Each piece has as many characters as tokens, so that spans are sums of tokens too."""
    return Pieces.of(0, zip(accumulate(tokens), tokens, strict=True))


def merged_as_sentences(tokens, overlap):
    """LlamaIndex's SentenceSplitter._merge, piece by piece: which pieces each chunk has."""
    chunks, current, total, fresh = [], deque(), 0, True
    for number, count in enumerate(tokens):
        if not fresh and total + count > SIZE:
            chunks.append((current[0], current[-1] + 1))
            kept, total = deque(), 0
            while current and total + tokens[current[-1]] <= overlap:
                kept.appendleft(current.pop())
                total += tokens[kept[0]]
            current, fresh = kept, True
        while fresh and current and total + count > SIZE:
            total -= tokens[current.popleft()]
        current.append(number)
        total += count
        fresh = False
    return [*chunks, (current[0], current[-1] + 1)] if current else chunks


def merged_as_words(tokens, overlap):
    """LlamaIndex's TokenTextSplitter._merge, piece by piece: which pieces each chunk has."""
    chunks, current, total = [], deque(), 0
    for number, count in enumerate(tokens):
        if current and total + count > SIZE:
            chunks.append((current[0], current[-1] + 1))
            while current and (total > overlap or total + count > SIZE):
                total -= tokens[current.popleft()]
        current.append(number)
        total += count
    return [*chunks, (current[0], current[-1] + 1)] if current else chunks


@given(tokens=TOKENS, overlap=OVERLAPS)
def test_chunks_hold_all_pieces_and_no_more_than_their_size(tokens, overlap):
    chunks = merge(pieces_of(tokens), SIZE, overlap)
    assert sum(tokens) == (chunks[-1].end if chunks else 0)
    for chunk in chunks:
        assert chunk.end - chunk.start <= SIZE or chunk.end - chunk.start in tokens
    for before, after in pairwise(chunks):
        assert before.start < after.start <= before.end < after.end
        assert before.end - after.start <= overlap


@pytest.mark.parametrize("slowly", [merged_as_sentences, merged_as_words])
@given(tokens=MAYBE_NO_TOKENS, overlap=OVERLAPS, before=st.integers(-9, 9))
def test_chunks_are_those_of_both_llama_index_splitters(slowly, tokens, overlap, before):
    cuts, totals = Pieces.of(0, [(end, count) for end, count in enumerate(tokens, 1)])
    for number in range(len(totals)):
        totals[number] += before
    assert merge(Pieces(cuts, totals), SIZE, overlap) == slowly(tokens, overlap)


@given(st.text(alphabet=" \n\t\u00a0\x1c\u2003ab\u0301", max_size=12))
def test_stripped_of_pythons_white_space(text):
    start = len(text) - len(text.lstrip())
    expected = Span(start + 2, start + 2 + len(text.strip())) if text.strip() else None
    assert stripped(f". {text}.", 2, 2 + len(text)) == expected


def test_a_span_equal_to_the_one_before_it_is_dropped():
    assert ascending([Span(0, 2), Span(0, 2), Span(1, 2), Span(0, 2)]) == [Span(0, 2), Span(1, 2), Span(0, 2)]

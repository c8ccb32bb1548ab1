"""Pieces that are cached for a range of sizes equal those of a new traversal."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.split_tree import SplitTree
from rag_core.parts.chunker.token import TokenChunker
from rag_core.text.tokenizers import get_tokenizer
from tests.parts.chunker.test_chunker_contract import ANY_TEXTS, FAMILY, SENTENCE

SIZES = st.lists(st.integers(1, 60), min_size=1, max_size=6)


def tree_of(text, chunker):
    return SplitTree(text, (0, len(text)), chunker.splitters, "cl100k")


@given(text=ANY_TEXTS, sizes=SIZES, chunker=st.sampled_from([SentenceChunker, TokenChunker]))
@example(text=SENTENCE * 20, sizes=[9, 8, 200, 10, 201], chunker=SentenceChunker)
@example(text=FAMILY * 3 + " word", sizes=[1, 9, 2], chunker=TokenChunker)
def test_pieces_of_one_size_after_another(text, sizes, chunker):
    tree = tree_of(text, chunker)
    for size in sizes:
        assert tree.pieces(size) == tree_of(text, chunker).pieces(size)


@given(text=ANY_TEXTS, size=st.integers(1, 60), chunker=st.sampled_from([SentenceChunker, TokenChunker]))
def test_pieces_are_adjacent_and_have_the_tokens_of_their_texts(text, size, chunker):
    cuts, totals = tree_of(text, chunker).pieces(size)
    assert (cuts[0], cuts[-1]) == (0, len(text))
    count = get_tokenizer("cl100k").count
    spans = list(pairwise(cuts))
    assert [b - a for a, b in pairwise(totals)] == [count(text[a:b]) for a, b in spans]
    assert all(b > a for a, b in spans) or not text


def test_sizes_with_the_same_pieces_share_one_traversal(monkeypatch):
    tree = tree_of("Otters hold hands while they sleep. " * 100, SentenceChunker)
    first = tree.pieces(20)
    assert tree.pieces(300) is first
    assert tree.pieces(5) is not first

"""Pieces of a part that are reused from the whole text equal those of the part alone."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.parts.chunker import split_tree
from rag_core.parts.chunker.pieces import Pieces, joined, stripped
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.sentence_parts import sentence_part
from rag_core.parts.chunker.split_tree import SplitTree
from tests.parts.chunker.test_chunker_contract import ANY_TEXTS
from tests.parts.chunker.test_sentence_starts import TEXTS as FULL_OF_STOPS

STOPS = FULL_OF_STOPS.map(lambda pairs: "".join(word + space for word, space in pairs))
SENTENCES = ["It rains.", "Bees, wasps, and others; all dance!", "No.", "They say, 1,234.5 of 2,000", "Why so long?"]
PROSE = st.lists(st.sampled_from(SENTENCES), min_size=3, max_size=40).map(" ".join)
SPLITTERS = SentenceChunker.splitters


def tokens_of(pieces):
    return [after - before for before, after in pairwise(pieces.totals)]


@given(text=ANY_TEXTS | STOPS | PROSE, at=st.tuples(st.integers(0), st.integers(0)), sizes=st.lists(st.integers(1, 70)))
@settings(max_examples=400)
def test_pieces_are_those_of_the_part_alone(text, at, sizes):
    span = stripped(text, *sorted(place % (len(text) + 1) for place in at)) or Span(0, 0)
    part = sentence_part(text, span, "cl100k", SPLITTERS)
    alone = SplitTree(text, span, SPLITTERS, "cl100k")
    for size in sizes:
        pieces, expected = part.pieces(size), alone.pieces(size)
        assert pieces.cuts == expected.cuts
        assert tokens_of(pieces) == tokens_of(expected)


@pytest.mark.parametrize("begins", ["Bees", "dance, so"])
def test_only_the_ends_of_a_long_part_are_traversed(monkeypatch, begins):
    text = "Otters hold hands while they sleep. Bees, they say, dance, so that all know. " * 100
    sentence_part(text, Span(0, len(text)), "cl100k", SPLITTERS).pieces(16)
    made = []
    real = split_tree.Node.__init__
    monkeypatch.setattr(split_tree.Node, "__init__", lambda node, a, b: made.append(b - a) or real(node, a, b))
    start = text.index(begins)
    part = sentence_part(text, Span(start, start + 4000), "cl100k", SPLITTERS)
    assert len(part.pieces(16).cuts) > 50
    assert 0 < sum(made) < 200


@given(st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=4), st.integers(-5, 5))
def test_joined_pieces_keep_their_tokens(several, first_total):
    end, stretches = 0, []
    for number, tokens in enumerate(several):
        stretch = Pieces.of(end, [(end + i, count) for i, count in enumerate(tokens, 1)])
        for i in range(len(stretch.totals)):
            stretch.totals[i] += first_total * number
        stretches.append(stretch)
        end += len(tokens)
    pieces = joined(*stretches)
    assert list(pieces.cuts) == list(range(end + 1))
    assert tokens_of(pieces) == [count for tokens in several for count in tokens]

"""The pieces of a part of a text, most of them from those of the whole: these are walked once, not once a part."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from rag_core.chunkers.pieces import Pieces, joined
from rag_core.chunkers.sentence_starts import SharedSentences, sentence_starts, shared_sentences
from rag_core.chunkers.split_tree import Splitters, SplitTree, split_tree
from rag_core.documents.document import Span
from rag_core.tokenizers import span_counts

PARAGRAPHS = "\n\n\n"  # where LlamaIndex's SentenceSplitter cuts before it asks for sentences


class SentencePart:
    """A part of several sentences, and its pieces: those that a tree of the part alone has."""

    def __init__(self, text: str, span: Span, tokenizer: str, splitters: Splitters, shared: SharedSentences) -> None:
        whole, before, first, last, rest = shared
        self._span = span
        self._tokens = span_counts(text, tokenizer).count(*span)
        self._sentences = _sentences_tree(text, tokenizer, splitters)
        self._shared = (whole[first], whole[last])
        ends = ([*before, whole[first]], [*rest, span.end])
        self._ends = [SplitTree(text, cuts, splitters, tokenizer, depth=1) for cuts in ends]

    def pieces(self, most_tokens: int) -> Pieces:
        """See SplitTree."""
        if self._tokens <= most_tokens:
            return Pieces.of(self._span.start, [(self._span.end, self._tokens)])
        cuts, totals = self._sentences.pieces(most_tokens)
        first, last = (bisect_left(cuts, sentence) for sentence in self._shared)
        shared = Pieces(cuts[first : last + 1], totals[first : last + 1])
        before, rest = (tree.pieces(most_tokens) for tree in self._ends)
        return joined(before, shared, rest)


def sentence_part(text: str, within: Span | None, tokenizer: str, splitters: Splitters) -> SentencePart | SplitTree:
    """What gives the pieces of a text, or of a part of it, under SentenceSplitter's `splitters`."""
    part = _part(text, within or Span(0, len(text)), tokenizer, splitters)
    return part or split_tree(text, within, tokenizer, splitters)


@lru_cache(maxsize=64)
def _part(text: str, span: Span, tokenizer: str, splitters: Splitters) -> SentencePart | None:
    if text.find(PARAGRAPHS, *span) >= 0:
        return None
    shared = shared_sentences(text, *span)
    if shared is None or len(shared.before) + shared.last - shared.first + len(shared.rest) < 2:
        return None
    return SentencePart(text, span, tokenizer, splitters, shared)


@lru_cache(maxsize=16)
def _sentences_tree(text: str, tokenizer: str, splitters: Splitters) -> SplitTree:
    """The whole text's tree, cut into sentences whether or not it has paragraphs."""
    cuts = [*sentence_starts(text, 0, len(text)), len(text)]
    return SplitTree(text, cuts, splitters, tokenizer, depth=1)

"""The pieces of a part of a text, reused from those of the whole text where they are the same."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property, lru_cache

from rag_core.geometry import Span
from rag_core.parts.chunker.pieces import Pieces, joined
from rag_core.parts.chunker.sentence_starts import SharedSentences, sentence_starts, shared_sentences
from rag_core.parts.chunker.split_tree import Splitters, SplitTree, split_tree
from rag_core.text.tokenizers import span_counts

PARAGRAPHS = "\n\n\n"  # LlamaIndex's SentenceSplitter cuts here first, before it cuts into sentences


class SentencePart:
    """A part of a text, or the whole text; its pieces equal those of a SplitTree of this part alone."""

    def __init__(self, text: str, span: Span, tokenizer: str, splitters: Splitters) -> None:
        self._text = text
        self._span = span
        self._tokenizer = tokenizer
        self._splitters = splitters
        self._tokens = span_counts(text, tokenizer).count(*span)

    def pieces(self, max_tokens: int) -> Pieces:
        """The largest possible pieces of at most `max_tokens` tokens each; a single character may have more."""
        if self._tokens <= max_tokens:
            return Pieces.of(self._span.start, [(self._span.end, self._tokens)])
        return self._cut.pieces(max_tokens)

    @cached_property
    def _cut(self) -> _Sentences | SplitTree:
        text, span, tokenizer, splitters = self._text, self._span, self._tokenizer, self._splitters
        shared = shared_sentences(text, *span) if text.find(PARAGRAPHS, *span) < 0 else None
        if shared is None or len(shared.before) + shared.last - shared.first + len(shared.rest) < 2:
            return split_tree(text, span, tokenizer, splitters)
        return _Sentences(text, span.end, tokenizer, splitters, shared)


class _Sentences:
    """Several sentences; the pieces of those that are also sentences of the whole text are reused, others are cut."""

    def __init__(self, text: str, end: int, tokenizer: str, splitters: Splitters, shared: SharedSentences) -> None:
        whole, before, first, last, rest = shared
        self._whole_tree = _tree_of_sentences(text, tokenizer, splitters)
        self._from, self._to = whole[first], whole[last]
        self._before = SplitTree(text, [*before, self._from], splitters, tokenizer, depth=1)
        self._rest = SplitTree(text, [*rest, end], splitters, tokenizer, depth=1)

    def pieces(self, max_tokens: int) -> Pieces:
        cuts, totals = self._whole_tree.pieces(max_tokens)
        first, last = bisect_left(cuts, self._from), bisect_left(cuts, self._to)
        shared = Pieces(cuts[first : last + 1], totals[first : last + 1])
        return joined(self._before.pieces(max_tokens), shared, self._rest.pieces(max_tokens))


@lru_cache(maxsize=64)
def sentence_part(text: str, span: Span, tokenizer: str, splitters: Splitters) -> SentencePart:
    """The part for the splitters of the sentence chunker; recent parts are cached, to be cut at several sizes."""
    return SentencePart(text, span, tokenizer, splitters)


@lru_cache(maxsize=16)
def _tree_of_sentences(text: str, tokenizer: str, splitters: Splitters) -> SplitTree:
    """The tree of the whole text, cut into sentences first, even if the text has paragraphs."""
    cuts = [*sentence_starts(text, 0, len(text)), len(text)]
    return SplitTree(text, cuts, splitters, tokenizer, depth=1)

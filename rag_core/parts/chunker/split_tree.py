"""The recursive splitting of LlamaIndex's SentenceSplitter and TokenTextSplitter, as a tree of spans.

The chunk size does not change where a piece is cut, only how deep the recursion goes. So the tree and its token counts
are built lazily, once per text, and each chunk size is a traversal. Pieces are spans from the beginning: LlamaIndex
computes offsets with `str.find`, which gives wrong ones if a text contains repetitions.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from cachetools import LRUCache

from rag_core.geometry import Span
from rag_core.parts.chunker.pieces import Pieces
from rag_core.text.tokenizers import span_counts

Splitter = Callable[[str, int, int], list[Span]]
Splitters = tuple[Splitter, ...]

# Splitters need few levels, except that Punkt splits "?!?!?!..." into two characters per level, which takes hours.
_MAX_DEPTH = 32
_MAX_CACHED_SIZES = 16


class Node:
    """A piece of the text; `tokens` and `children` are computed when a traversal first needs them."""

    __slots__ = ("children", "end", "start", "tokens")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.tokens: int | None = None
        self.children: list[Node] | None = None


class SplitTree:
    """The pieces of a text; each is cut by the first splitter that splits it, or else into characters.

    The roots are the spans between `cuts`: the ends of the text, or the positions where `depth` levels of splitting
    have cut it already. Many sizes give the same pieces, so pieces are cached by ranges of sizes.
    """

    def __init__(self, text: str, cuts: Sequence[int], splitters: Splitters, tokenizer: str, *, depth: int = 0) -> None:
        self._text = text
        self._splitters = splitters
        self._count = span_counts(text, tokenizer).count
        self._start = cuts[0]
        self._roots = [Node(start, end) for start, end in pairwise(cuts)]
        self._depth = depth
        self._cached: LRUCache[range, Pieces] = LRUCache(_MAX_CACHED_SIZES)
        self._lock = threading.Lock()

    def pieces(self, max_tokens: int) -> Pieces:
        """The largest possible pieces of at most `max_tokens` tokens each; a single character may have more."""
        with self._lock:
            known = next((sizes for sizes in self._cached if max_tokens in sizes), None)
            if known is not None:
                return self._cached[known]
        walk = _Walk(max_tokens)
        made = Pieces.of(self._start, self._leaves(walk))
        with self._lock:
            self._cached[range(walk.largest_piece, walk.smallest_cut)] = made
        return made

    def _leaves(self, walk: _Walk) -> Iterator[tuple[int, int]]:
        # An explicit stack, since the depth could exceed Python's recursion limit.
        stack = [(node, self._depth) for node in reversed(self._roots)]
        while stack:
            node, depth = stack.pop()
            if node.tokens is None:
                node.tokens = self._count(node.start, node.end)
            if node.tokens <= walk.max_tokens:
                walk.largest_piece = max(walk.largest_piece, node.tokens)
                yield node.end, node.tokens
                continue
            walk.smallest_cut = min(walk.smallest_cut, node.tokens)
            if children := self._children(node, depth):
                stack.extend((child, depth + 1) for child in reversed(children))
            else:
                yield from self._characters(node)

    def _children(self, node: Node, depth: int) -> list[Node]:
        if node.children is None:
            node.children = [Node(*span) for span in self._cut(node, depth)]
        return node.children

    def _cut(self, node: Node, depth: int) -> list[Span]:
        for split in self._splitters if depth < _MAX_DEPTH else ():
            spans = split(self._text, node.start, node.end)
            if len(spans) > 1:
                return spans
        return []

    def _characters(self, node: Node) -> Iterator[tuple[int, int]]:
        # Characters get no nodes: those of a word of a million characters would use too much memory.
        return ((i + 1, self._count(i, i + 1)) for i in range(node.start, node.end))


class _Walk:
    """A traversal for one size, and the range of sizes for which it gives the same pieces.

    `largest_piece` is the maximum number of tokens of a piece, `smallest_cut` the minimum number of a node that was
    cut. Every size from `largest_piece` to below `smallest_cut` gives the same pieces.
    """

    def __init__(self, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self.largest_piece = 0
        self.smallest_cut = sys.maxsize


def by_separator(separator: str) -> Splitter:
    """A splitter that cuts before each separator, so that every piece except the first begins with one."""

    def split(text: str, start: int, end: int) -> list[Span]:
        cuts = [start]
        found = text.find(separator, start, end)
        while found >= 0:
            if found > start:
                cuts.append(found)
            found = text.find(separator, found + len(separator), end)
        return [Span(a, b) for a, b in pairwise([*cuts, end]) if b > a]

    return split


def split_tree(text: str, within: Span | None, tokenizer: str, splitters: Splitters) -> SplitTree:
    """The tree of a text, or of the span `within` of it; recently used trees are cached."""
    if within is None or within == (0, len(text)):
        return _whole_tree(text, tokenizer, splitters)
    return _part_tree(text, within, tokenizer, splitters)


@lru_cache(maxsize=32)
def _whole_tree(text: str, tokenizer: str, splitters: Splitters) -> SplitTree:
    return SplitTree(text, (0, len(text)), splitters, tokenizer)


@lru_cache(maxsize=64)
def _part_tree(text: str, within: Span, tokenizer: str, splitters: Splitters) -> SplitTree:
    return SplitTree(text, within, splitters, tokenizer)

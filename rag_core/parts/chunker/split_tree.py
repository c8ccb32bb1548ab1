"""The tree of ever finer pieces of a text that both of LlamaIndex's splitters walk, with spans instead of strings.

The chunk size does not decide where a piece is cut, only how deep the walk goes. So the tree and its token counts are
made once per text, lazily, and each chunk size is a walk over them. Spans are carried along, never searched for:
LlamaIndex's own offsets come from `str.find` and are wrong wherever a text repeats itself.
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

# Each splitter cuts once or a few times, but Punkt takes "?!?!?!..." apart two characters at a time, for hours.
_MAX_DEPTH = 32
_MAX_CACHED_SIZES = 16


class Node:
    """A piece of the text; its tokens are counted and its finer pieces made when a walk first needs them."""

    __slots__ = ("children", "end", "start", "tokens")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.tokens: int | None = None
        self.children: list[Node] | None = None


class SplitTree:
    """The pieces of a text under splitters that are tried in order until one cuts; where none does, its characters.

    The tree starts from the stretches between `cuts`: the ends of a text, or the places where it was cut `depth` times
    before. Many sizes lead to the same pieces, so pieces are cached by ranges of sizes.
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
        """The coarsest pieces of at most `max_tokens` tokens each; a single character may have more."""
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
        # An explicit stack: one giant word of a million characters is as deep as any text.
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
        # Not nodes: of a word of a million characters they would fill the memory, and cutting again costs little.
        return ((i + 1, self._count(i, i + 1)) for i in range(node.start, node.end))


class _Walk:
    """A walk down to pieces of at most `max_tokens` tokens, and the sizes for which a walk ends at the same pieces.

    `largest_piece` is the most tokens of any piece, `smallest_cut` the fewest of any node that was cut; characters are
    cut at any size.
    """

    def __init__(self, max_tokens: int) -> None:
        self.max_tokens = max_tokens
        self.largest_piece = 0
        self.smallest_cut = sys.maxsize


def by_separator(separator: str) -> Splitter:
    """A splitter that cuts before every separator, so that each piece but the first begins with it."""

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
    """The tree of a text, or of the part of it that is `within`; recently used trees are cached."""
    if within is None or within == (0, len(text)):
        return _whole_tree(text, tokenizer, splitters)
    return _part_tree(text, within, tokenizer, splitters)


@lru_cache(maxsize=32)
def _whole_tree(text: str, tokenizer: str, splitters: Splitters) -> SplitTree:
    return SplitTree(text, (0, len(text)), splitters, tokenizer)


@lru_cache(maxsize=64)
def _part_tree(text: str, within: Span, tokenizer: str, splitters: Splitters) -> SplitTree:
    return SplitTree(text, within, splitters, tokenizer)

"""A text, cut ever finer: the tree that both of LlamaIndex's splitters walk, with spans instead of strings.

Where a piece is cut does not depend on the chunk size, only how deep the walk goes does. So the tree and its token
counts are made once a text, lazily, and a chunk size is a walk over them. Offsets are carried, never searched for:
LlamaIndex's own come from `str.find` and are wrong wherever a text repeats itself.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from rag_core.geometry import Span
from rag_core.parts.chunker.pieces import Pieces
from rag_core.text.tokenizers import span_counts

Splitter = Callable[[str, int, int], list[Span]]
Splitters = tuple[Splitter, ...]

# Each splitter cuts once, or a few times: but of "?!?!?!..." Punkt takes two characters off at a time, for hours.
_DEEPEST = 32
_KEPT_SIZES = 16


class Node:
    """One piece of the text; its tokens are counted, and its finer pieces made, when a walk first needs them."""

    __slots__ = ("children", "end", "start", "tokens")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.tokens: int | None = None
        self.children: list[Node] | None = None


class SplitTree:
    """The pieces of a text under the given splitters, tried in order until one cuts; at last, characters.

    It begins with what lies between `cuts`: these are the ends of a text, or where one was cut already, `depth` times.
    The pieces of a size are those of many other sizes too, and kept.
    """

    def __init__(self, text: str, cuts: Sequence[int], splitters: Splitters, tokenizer: str, *, depth: int = 0) -> None:
        self._text = text
        self._splitters = splitters
        self._count = span_counts(text, tokenizer).count
        self._start = cuts[0]
        self._roots = [Node(start, end) for start, end in pairwise(cuts)]
        self._depth = depth
        self._known: OrderedDict[range, Pieces] = OrderedDict()

    def pieces(self, most_tokens: int) -> Pieces:
        """The coarsest pieces of at most that many tokens; a single character may have more."""
        for sizes, known in list(self._known.items()):
            if most_tokens in sizes:
                return known
        walk = _Walk(most_tokens)
        made = Pieces.of(self._start, self._leaves(walk))
        self._known[range(walk.fitting, walk.cut)] = made
        while len(self._known) > _KEPT_SIZES:
            self._known.popitem(last=False)
        return made

    def _leaves(self, walk: _Walk) -> Iterator[tuple[int, int]]:
        # An explicit stack: one giant word of a million characters is as deep as any text.
        stack = [(node, self._depth) for node in reversed(self._roots)]
        while stack:
            node, depth = stack.pop()
            if node.tokens is None:
                node.tokens = self._count(node.start, node.end)
            if node.tokens <= walk.most:
                walk.fitting = max(walk.fitting, node.tokens)
                yield node.end, node.tokens
                continue
            walk.cut = min(walk.cut, node.tokens)
            if children := self._children(node, depth):
                stack.extend((child, depth + 1) for child in reversed(children))
            else:
                yield from self._characters(node)

    def _children(self, node: Node, depth: int) -> list[Node]:
        if node.children is None:
            node.children = [Node(*span) for span in self._cut(node, depth)]
        return node.children

    def _cut(self, node: Node, depth: int) -> list[Span]:
        for split in self._splitters if depth < _DEEPEST else ():
            spans = split(self._text, node.start, node.end)
            if len(spans) > 1:
                return spans
        return []

    def _characters(self, node: Node) -> Iterator[tuple[int, int]]:
        # Not nodes: of a word of a million characters they would fill the memory, and cutting again costs little.
        return ((i + 1, self._count(i, i + 1)) for i in range(node.start, node.end))


class _Walk:
    """A walk down to pieces of `most` tokens, and between which sizes another would end at the same pieces.

    Those have `fitting` tokens at most, and what was cut has `cut` at least; characters are cut at any size.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.fitting = 0
        self.cut = sys.maxsize


def by_separator(separator: str) -> Splitter:
    """Cuts before every separator, so that each piece but the first begins with it."""

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
    """The tree of a text or of a part of it: those used last are kept, few of whole texts and many of parts."""
    if within is None or within == (0, len(text)):
        return _whole_tree(text, tokenizer, splitters)
    return _part_tree(text, within, tokenizer, splitters)


@lru_cache(maxsize=32)
def _whole_tree(text: str, tokenizer: str, splitters: Splitters) -> SplitTree:
    return SplitTree(text, (0, len(text)), splitters, tokenizer)


@lru_cache(maxsize=64)
def _part_tree(text: str, within: Span, tokenizer: str, splitters: Splitters) -> SplitTree:
    return SplitTree(text, within, splitters, tokenizer)

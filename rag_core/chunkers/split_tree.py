"""A text, cut ever finer: the tree that both of LlamaIndex's splitters walk, with spans instead of strings.

Where a piece is cut does not depend on the chunk size, only how deep the walk goes does. So the tree and its token
counts are made once a text, lazily, and a chunk size is a walk over them. Offsets are carried, never searched for:
LlamaIndex's own come from `str.find` and are wrong wherever a text repeats itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag_core.documents.document import Span
from rag_core.tokenizers import get_tokenizer

Splitter = Callable[[str, int, int], list[Span]]

# Each splitter cuts once, or a few times: but of "?!?!?!..." Punkt takes two characters off at a time, for hours.
_DEEPEST = 32


class Piece(NamedTuple):
    """A span and the number of tokens of its text taken alone."""

    start: int
    end: int
    tokens: int


class Node:
    """One piece of the text; its finer pieces are made when a walk first needs them."""

    __slots__ = ("_children", "piece")

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self._children: list[Node] | None = None


class SplitTree:
    """The pieces of `text[start:end]` under the given splitters, tried in order until one cuts; at last, characters."""

    def __init__(self, text: str, span: Span, splitters: Sequence[Splitter], count: Callable[[str], int]) -> None:
        self._text = text
        self._splitters = splitters
        self._count = count
        self._root = Node(self._piece(*span))

    def pieces(self, most_tokens: int) -> list[Piece]:
        """The coarsest pieces of at most that many tokens; a single character may have more."""
        return list(self._walk(self._root, most_tokens))

    def _walk(self, node: Node, most_tokens: int) -> Iterator[Piece]:
        # An explicit stack: one giant word of a million characters is as deep as any text.
        stack = [(node, 0)]
        while stack:
            current, depth = stack.pop()
            children = [] if current.piece.tokens <= most_tokens else self._children(current, depth)
            if children:
                stack.extend((child, depth + 1) for child in reversed(children))
            elif current.piece.tokens <= most_tokens:
                yield current.piece
            else:
                yield from self._characters(current.piece)

    def _children(self, node: Node, depth: int) -> list[Node]:
        if node._children is None:
            node._children = [Node(self._piece(*span)) for span in self._cut(node.piece, depth)]
        return node._children

    def _cut(self, piece: Piece, depth: int) -> list[Span]:
        for split in self._splitters if depth < _DEEPEST else ():
            spans = split(self._text, piece.start, piece.end)
            if len(spans) > 1:
                return spans
        return []

    def _characters(self, piece: Piece) -> Iterator[Piece]:
        # Not nodes: of a word of a million characters they would fill the memory, and cutting again costs little.
        return (self._piece(i, i + 1) for i in range(piece.start, piece.end))

    def _piece(self, start: int, end: int) -> Piece:
        return Piece(start, end, self._count(self._text[start:end]))


def by_separator(separator: str) -> Splitter:
    """Cuts before every separator, so that each piece but the first begins with it."""

    def split(text: str, start: int, end: int) -> list[Span]:
        cuts = [start]
        found = text.find(separator, start, end)
        while found >= 0:
            if found > start:
                cuts.append(found)
            found = text.find(separator, found + len(separator), end)
        return [Span(a, b) for a, b in zip(cuts, [*cuts[1:], end], strict=True) if b > a]

    return split


def split_tree(text: str, within: Span | None, tokenizer: str, splitters: tuple[Splitter, ...]) -> SplitTree:
    """The tree of a text or of a part of it: those used last are kept, few of whole texts and many of parts."""
    if within is None or within == (0, len(text)):
        return _whole_tree(text, tokenizer, splitters)
    return _part_tree(text, within, tokenizer, splitters)


@lru_cache(maxsize=32)
def _whole_tree(text: str, tokenizer: str, splitters: tuple[Splitter, ...]) -> SplitTree:
    return SplitTree(text, Span(0, len(text)), splitters, get_tokenizer(tokenizer).count)


@lru_cache(maxsize=2048)
def _part_tree(text: str, within: Span, tokenizer: str, splitters: tuple[Splitter, ...]) -> SplitTree:
    return SplitTree(text, within, splitters, get_tokenizer(tokenizer).count)


def stripped(text: str, start: int, end: int) -> Span | None:
    """The span without the white space at its ends; None where there is nothing else."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    kept = len(piece.strip())
    return Span(start + left, start + left + kept) if kept else None


def ascending(spans: Sequence[Span]) -> list[Span]:
    """Drops a span equal to the one before it, which LlamaIndex makes of an overlap followed by white space."""
    return [span for i, span in enumerate(spans) if i == 0 or span != spans[i - 1]]

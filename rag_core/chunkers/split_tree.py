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
from rag_core.tokenizers import Tokenizer, get_tokenizer

Splitter = Callable[[str, int, int], list[Span]]

# Each splitter cuts once, or a few times: but of "?!?!?!..." Punkt takes two characters off at a time, for hours.
_DEEPEST = 32


class Piece(NamedTuple):
    """A span and the number of tokens of its text taken alone."""

    start: int
    end: int
    tokens: int


class Node:
    """One piece of the text; its tokens are counted, and its finer pieces made, when a walk first needs them."""

    __slots__ = ("children", "end", "start", "tokens")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.tokens: int | None = None
        self.children: list[Node] | None = None


class SplitTree:
    """The pieces of `text[start:end]` under the given splitters, tried in order until one cuts; at last, characters."""

    def __init__(self, text: str, span: Span, splitters: Sequence[Splitter], tokenizer: Tokenizer) -> None:
        self._text = text
        self._splitters = splitters
        self._tokenizer = tokenizer
        self._root = Node(*span)

    def pieces(self, most_tokens: int) -> list[Piece]:
        """The coarsest pieces of at most that many tokens; a single character may have more."""
        return list(self._walk(self._root, most_tokens))

    def _walk(self, node: Node, most_tokens: int) -> Iterator[Piece]:
        # An explicit stack: one giant word of a million characters is as deep as any text.
        stack = [(node, 0)]
        while stack:
            current, depth = stack.pop()
            tokens = self._tokens_up_to(current, most_tokens)
            if tokens is not None:
                yield Piece(current.start, current.end, tokens)
            elif children := self._children(current, depth):
                stack.extend((child, depth + 1) for child in reversed(children))
            else:
                yield from self._characters(current)

    def _tokens_up_to(self, node: Node, most_tokens: int) -> int | None:
        """The node's tokens, if they are at most so many; counted only where the number of words leaves it open."""
        if node.tokens is None:
            text = self._text[node.start : node.end]
            if len(text) > 2 * most_tokens and self._tokenizer.least(text) > most_tokens:
                return None
            node.tokens = self._tokenizer.count(text)
        return node.tokens if node.tokens <= most_tokens else None

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

    def _characters(self, node: Node) -> Iterator[Piece]:
        # Not nodes: of a word of a million characters they would fill the memory, and cutting again costs little.
        count = self._tokenizer.count
        return (Piece(i, i + 1, count(self._text[i])) for i in range(node.start, node.end))


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
    return SplitTree(text, Span(0, len(text)), splitters, get_tokenizer(tokenizer))


@lru_cache(maxsize=2048)
def _part_tree(text: str, within: Span, tokenizer: str, splitters: tuple[Splitter, ...]) -> SplitTree:
    return SplitTree(text, within, splitters, get_tokenizer(tokenizer))


def stripped(text: str, start: int, end: int) -> Span | None:
    """The span without the white space at its ends; None where there is nothing else."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    kept = len(piece.strip())
    return Span(start + left, start + left + kept) if kept else None


def ascending(spans: Sequence[Span]) -> list[Span]:
    """Drops a span equal to the one before it, which LlamaIndex makes of an overlap followed by white space."""
    return [span for i, span in enumerate(spans) if i == 0 or span != spans[i - 1]]

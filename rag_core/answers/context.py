"""Formats hits as numbered excerpts for a prompt, and fits them to the model's context window."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rag_core.documents.document import Document
from rag_core.documents.sentences import truncate_to_tokens
from rag_core.documents.table_heads import heads_above
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel

if TYPE_CHECKING:
    from rag_core.stages.results import Hit

BETWEEN = "\n\n"
_DIGITS = re.compile(r"\d+")
_DIGITS_PER_TOKEN = 3
# Counting with cl100k and one token per digit gives 0.99 to 1.17 times the counts of the tokenizers of Qwen 2.5 and
# SmolLM2 on papers, quarterly reports, talks and articles (medians 1.00 and 1.04); cl100k alone is up to a third off.
_SAFETY_FACTOR = 1.1
_MEASURED_FACTOR = 1.02  # the ratio of one prompt is not exactly that of another
Count = Callable[[str], int]


class Excerpt(NamedTuple):
    """A distinct text of the hits, with the ranks of all hits that have this text; the first rank is its number."""

    ranks: tuple[int, ...]
    document: Document
    span: Span

    @property
    def text(self) -> str:
        """The text of the excerpt in the document."""
        return self.document.text[self.span.start : self.span.end]

    @property
    def numbered(self) -> str:
        """The text with its number, as it appears in the prompt: "[1] ..."."""
        return self.number_before(self.text)

    def number_before(self, text: str) -> str:
        """A part of the excerpt's text with its number, and above it the heads of a table that it begins in."""
        heads = heads_above(self.document, self.span.start)
        return f"[{self.ranks[0]}] {heads}\n{text}" if heads else f"[{self.ranks[0]}] {text}"


def excerpts_of(hits: Sequence[Hit], documents: Sequence[Document]) -> list[Excerpt]:
    """The distinct texts of the hits, in the order of their first ranks."""
    by_id = {document.id: document for document in documents}
    found: dict[str, Excerpt] = {}
    for hit in hits:
        known = found.get(hit.text) or Excerpt((), by_id[hit.document], Span(hit.start, hit.end))
        found[hit.text] = known._replace(ranks=(*known.ranks, hit.rank))
    return list(found.values())


def conservative_count(llm: ChatModel) -> Count:
    """A function that estimates the tokens of a text, and rarely estimates fewer than the model's tokenizer counts."""
    return lambda text: reserved_tokens(text, llm.count_tokens(text), llm)


def reserved_tokens(text: str, tokens: int, llm: ChatModel) -> int:
    """The estimate by `conservative_count` for a text of which `llm.count_tokens` counts so many tokens."""
    digits = sum(len(run) - math.ceil(len(run) / _DIGITS_PER_TOKEN) for run in _DIGITS.findall(text))
    return math.ceil(max(_SAFETY_FACTOR * (tokens + digits), _MEASURED_FACTOR * llm.token_ratio * tokens))


def fit_excerpts(excerpts: Sequence[Excerpt], room: int, count: Count) -> list[Excerpt]:
    """The first excerpts that fit into `room` tokens in total, and the sentences of the next one that still fit."""
    taken: list[Excerpt] = []
    for excerpt in excerpts:
        used = count(excerpt.numbered + BETWEEN)
        if used > room:
            head = truncated_excerpt(excerpt, room, count, at_any_word=not taken)
            return taken + ([head] if head else [])
        taken.append(excerpt)
        room -= used
    return taken


def truncated_excerpt(excerpt: Excerpt, room: int, count: Count, *, at_any_word: bool = True) -> Excerpt | None:
    """The excerpt, truncated at a sentence end to `room` tokens if necessary; None if no sentence fits.

    With `at_any_word` it may be truncated at a word, or within the first word, if not even one sentence fits.
    """

    def used(text: str) -> int:
        return count(excerpt.number_before(text) + BETWEEN)

    if used(excerpt.text) <= room:
        return excerpt
    head = truncate_to_tokens(excerpt.document, excerpt.span, room, used, at_any_word=at_any_word)
    return excerpt._replace(span=head) if head else None


def grouped(texts: Sequence[str], room: int, count: Count, min_size: int = 1) -> list[str]:
    """Join consecutive texts into groups of at most `room` tokens.

    Each group but the last has at least `min_size` texts, even if they exceed `room`.
    """
    groups: list[list[str]] = []
    left = 0
    for text in texts:
        used = count(text + BETWEEN)
        if not groups or (used > left and len(groups[-1]) >= min_size):
            groups.append([])
            left = room
        groups[-1].append(text)
        left -= used
    return [BETWEEN.join(group) for group in groups]


def fit_note(excerpts: Sequence[Excerpt], taken: Sequence[Excerpt], llm: ChatModel) -> str | None:
    """A note on which hits did not fit the context window, for the user; None if all of them fit."""
    if list(taken) == list(excerpts):
        return None
    hits, fit = (sum(len(excerpt.ranks) for excerpt in some) for some in (excerpts, taken))
    note = f"{fit} of {hits} hits fit into the {llm.context_tokens:,} tokens of {llm.model}"
    if taken[-1] not in excerpts:
        note += f", hit {taken[-1].ranks[0]} only with {_share(excerpts[len(taken) - 1], taken[-1], llm)}"
    ranks = sorted(rank for excerpt in excerpts[len(taken) :] for rank in excerpt.ranks)
    if not ranks:
        return f"{note}."
    named = f"hit {ranks[0]} was" if len(ranks) == 1 else f"hits {ranks[0]} to {ranks[-1]} were"
    return f"{note}; {named.replace(' to ', ' and ') if len(ranks) == 2 else named} left out. {_REMEDY}"


def cut_note(excerpt: Excerpt, taken: Excerpt, llm: ChatModel) -> str | None:
    """A note on how much of a hit with a call of its own did not fit the context window; None if all of it fit."""
    if taken == excerpt:
        return None
    share = _share(excerpt, taken, llm)
    return f"Hit {excerpt.ranks[0]} fits into the {llm.context_tokens:,} tokens of {llm.model} only with {share}."


_REMEDY = "The modes refine and tree summarize read all hits."


def _share(excerpt: Excerpt, taken: Excerpt, llm: ChatModel) -> str:
    return f"{llm.count_tokens(taken.text):,} of its {llm.count_tokens(excerpt.text):,} tokens"

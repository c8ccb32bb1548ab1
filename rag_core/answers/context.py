"""The hits as numbered excerpts of a prompt, fitted to the model's window."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rag_core.documents.document import Document
from rag_core.documents.sentences import truncate_to_tokens
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel

if TYPE_CHECKING:
    from rag_core.stages.results import Hit

BETWEEN = "\n\n"
_DIGITS = re.compile(r"\d+")
_DIGITS_A_TOKEN = 3
# Of the tokenizers of Qwen 2.5 and SmolLM2, on papers, quarterly reports, talks and articles: cl100k and one token a
# digit is 0.99 to 1.17 of what they count, at the median 1.00 and 1.04; cl100k alone is off by up to a third.
_MORE = 1.1
Count = Callable[[str], int]


class Excerpt(NamedTuple):
    """A text that was hit, and the ranks of all hits that have it; the first is its number."""

    ranks: tuple[int, ...]
    document: Document
    span: Span

    @property
    def text(self) -> str:
        """As it stands in the document."""
        return self.document.text[self.span.start : self.span.end]

    @property
    def numbered(self) -> str:
        """As the model gets it."""
        return self.number_before(self.text)

    def number_before(self, text: str) -> str:
        """The same for a part of it."""
        return f"[{self.ranks[0]}] {text}"


def excerpts_of(hits: Sequence[Hit], documents: Sequence[Document]) -> list[Excerpt]:
    """The distinct texts of the hits, by rank."""
    by_id = {document.id: document for document in documents}
    found: dict[str, Excerpt] = {}
    for hit in hits:
        known = found.get(hit.text) or Excerpt((), by_id[hit.document], Span(hit.start, hit.end))
        found[hit.text] = known._replace(ranks=(*known.ranks, hit.rank))
    return list(found.values())


def conservative_count(llm: ChatModel) -> Count:
    """Counts the tokens of a text so that hardly any model counts more."""

    def count(text: str) -> int:
        digits = sum(len(run) - math.ceil(len(run) / _DIGITS_A_TOKEN) for run in _DIGITS.findall(text))
        return math.ceil(_MORE * (llm.count_tokens(text) + digits))

    return count


def fit_excerpts(excerpts: Sequence[Excerpt], room: int, count: Count) -> list[Excerpt]:
    """The first excerpts that fit into so many tokens together; of the next one, the sentences that still do."""
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
    """The excerpt, or as much of its beginning as fits; see `truncate_to_tokens`."""

    def used(text: str) -> int:
        return count(excerpt.number_before(text) + BETWEEN)

    if used(excerpt.text) <= room:
        return excerpt
    head = truncate_to_tokens(excerpt.document, excerpt.span, room, used, at_any_word=at_any_word)
    return excerpt._replace(span=head) if head else None


def grouped(texts: Sequence[str], room: int, count: Count, fewest: int = 1) -> list[str]:
    """Neighbours put together as far as they fit; at least so many of them, the last group aside."""
    groups: list[list[str]] = []
    left = 0
    for text in texts:
        used = count(text + BETWEEN)
        if not groups or (used > left and len(groups[-1]) >= fewest):
            groups.append([])
            left = room
        groups[-1].append(text)
        left -= used
    return [BETWEEN.join(group) for group in groups]


def fit_note(excerpts: Sequence[Excerpt], taken: Sequence[Excerpt], llm: ChatModel) -> str | None:
    """What of the hits did not fit, with numbers; None where all did."""
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
    """What of a hit that has a call of its own did not fit; None where all did."""
    if taken == excerpt:
        return None
    share = _share(excerpt, taken, llm)
    return f"Hit {excerpt.ranks[0]} fits into the {llm.context_tokens:,} tokens of {llm.model} only with {share}."


_REMEDY = "The modes refine and tree summarize read all hits."


def _share(excerpt: Excerpt, taken: Excerpt, llm: ChatModel) -> str:
    return f"{llm.count_tokens(taken.text):,} of its {llm.count_tokens(excerpt.text):,} tokens"

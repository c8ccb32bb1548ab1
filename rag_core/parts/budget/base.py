"""The slot `budget` and the base class of its kinds."""

from __future__ import annotations

import math
from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import ClassVar, final

from pydantic import Field

from rag_core.part import Part, Slot, add_slot
from rag_core.parts.budget.once import each_text_once
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.ranking import Ranking, Scored
from rag_core.text.tokenizers import span_counts

Resolve = Callable[[Sequence[Scored]], list[Candidate]]


class Budget(Part):
    """Decides how many entries of a ranking are taken, and so which hits a question has."""

    slot: ClassVar[str] = "budget"

    min_score: float | None = Field(
        default=None,
        ge=-1000,
        le=1000,
        title="Lowest score",
        description="Entries with a lower score are not taken; empty: no limit",
    )

    @property
    def sets_number(self) -> bool:
        """Whether the budget limits the hits itself; if not, the search's number of entries does."""
        return True

    @final
    def short_limit(self) -> str:
        """What follows `short()` where scores have a lower limit."""
        return "" if self.min_score is None else f", none below {self.min_score:g}"

    @final
    def take(self, ranking: Ranking, resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        """The candidates for the chosen prefix of the ranking, best first; none has a score below `min_score`.

        `resolve` maps a prefix of the ranking to candidates; it is the method of the strategy's reference. Entries
        without scores are the text in its order, so that what two candidates have in common is left out of the second.
        """
        scored = ranking.scored if self.min_score is None else above(ranking, self.min_score)
        if has_scores(scored):
            return self.chosen(scored, resolve, built)
        return self.chosen(scored, lambda prefix: each_text_once(resolve(prefix), built.documents), built)

    @abstractmethod
    def chosen(self, scored: Sequence[Scored], resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        """The candidates for the chosen prefix of `scored`, best first; it has no entry below `min_score`."""


def above(ranking: Ranking, min_score: float) -> Sequence[Scored]:
    """The entries with at least that score; those without a score are left out, unless none has one."""
    scored = comparable(ranking.scored)
    return scored[: at_least(scored, min_score)]


def comparable(scored: Sequence[Scored]) -> Sequence[Scored]:
    """The entries with a score; all entries if none has one, as after a search that gives no scores.

    Where entries were reranked, the others have no score.
    """
    return scored[: bisect_right(scored, False, key=lambda one: math.isnan(one.score))] or scored


def at_least(scored: Sequence[Scored], score: float) -> int:
    """How many of the entries, best first, have at least that score; all of them if they have no scores."""
    # Not by bisection: what MMR takes in turn may have a score that is a little higher than the one before.
    return next((i for i, one in enumerate(scored) if one.score < score), len(scored))


def has_scores(scored: Sequence[Scored]) -> bool:
    """Whether the best of the entries has a score."""
    return bool(scored) and not math.isnan(scored[0].score)


def tokens_of(candidates: Sequence[Candidate], built: BuiltIndex) -> int:
    """The number of tokens in the spans of the candidates, in the tokenizer of the documents."""
    documents = ((built.documents[one.document], one.span) for one in candidates)
    return sum(span_counts(document.text, document.tokenizer).count(*span) for document, span in documents)


add_slot(Slot("budget", order=70, title="Budget", default={"kind": "hits"}, base=Budget))

"""The slot `budget` and the base class of its kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from rag_core.part import Part, Slot, add_slot
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.ranking import Ranking, Scored

Resolve = Callable[[Sequence[Scored]], list[Candidate]]


class Budget(Part):
    """Decides how many entries of a ranking are taken, and so which hits a question has."""

    slot: ClassVar[str] = "budget"

    @property
    def sets_number(self) -> bool:
        """Whether the budget limits the hits itself; if not, the search's number of entries does."""
        return True

    @abstractmethod
    def take(self, ranking: Ranking, resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        """The candidates for the chosen prefix of the ranking, best first.

        `resolve` maps a prefix of the ranking to candidates; it is the method of the strategy's reference.
        """


def shortest_prefix(ranking: Sequence[Scored], enough: Callable[[Sequence[Scored]], bool]) -> Sequence[Scored]:
    """The shortest prefix of the ranking for which `enough` is true, or the whole ranking if there is none.

    `enough` must be monotonic: true for every longer prefix too. The prefix is found by doubling and bisection, since
    the cost of each call grows with the length of the prefix.
    """
    low, high = 0, 1
    while high < len(ranking) and not enough(ranking[:high]):
        low, high = high, 2 * high
    high = min(high, len(ranking))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(ranking[:middle]) else (middle, high)
    return ranking[:high]


add_slot(Slot("budget", order=70, title="Budget", default={"kind": "hits"}, base=Budget))

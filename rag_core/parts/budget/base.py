"""What every budget promises."""

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
    """Decides how much of a ranking is taken."""

    slot: ClassVar[str] = "budget"

    @property
    def sets_number(self) -> bool:
        """Whether the budget itself says how much is taken, or leaves it to the number of entries searched."""
        return True

    @abstractmethod
    def take(self, ranking: Ranking, resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        """The candidates that the chosen prefix of the ranking leads to, best first.

        `resolve` is the reference's: it says what a prefix leads to.
        """


def shortest_prefix(ranking: Sequence[Scored], enough: Callable[[Sequence[Scored]], bool]) -> Sequence[Scored]:
    """The shortest prefix of the ranking that is enough; all of it where none is.

    `enough` must stay true for longer prefixes. Prefixes are tried by doubling and bisection, since each try costs as
    much as the prefix is long.
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

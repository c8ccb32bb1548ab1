"""The output of a budget: the spans that become hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.stages.ranking import Scored


class Origin(NamedTuple):
    """A span of the candidate's document whose score is part of the candidate's; `kind` is the name shown to users."""

    kind: str
    span: Span
    score: float


@dataclass
class Candidate:
    """A span that becomes a hit, with its score, NaN if it has none, and the entries in `via` that led
    to it, best first.

    `document` is the position of the document among those that are searched. The span need not be a chunk: a reference
    may resolve entries to windows or to merged parents.

    The score is that of the best entry, or, if there are `origins`, their mean: the children that were merged, or the
    neighbours between which it was filled in. `children` is the number of all children of a merged parent.
    """

    document: int
    span: Span
    score: float
    via: list[Scored] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    children: int | None = None

"""The output of a budget: the spans that become hits."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag_core.geometry import Span
from rag_core.stages.ranking import Scored


@dataclass
class Candidate:
    """A span that becomes a hit, with its score, NaN if it has none, and the entries in `via` that led
    to it, best first.

    `document` is the position of the document among those that are searched. The span need not be a chunk: a reference
    may resolve entries to windows or to merged parents.
    """

    document: int
    span: Span
    score: float
    via: list[Scored] = field(default_factory=list)

"""What is taken: a span that becomes a hit."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag_core.geometry import Span
from rag_core.stages.ranking import Scored


@dataclass
class Candidate:
    """A span of a document (its position), with its score and the entries that led to it, best first.

    The span need not be a chunk: a reference may resolve entries into windows or merged parents.
    """

    document: int
    span: Span
    score: float
    via: list[Scored] = field(default_factory=list)

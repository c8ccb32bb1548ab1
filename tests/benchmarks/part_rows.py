"""The rows of the table of parts: one or more for every kind of chunker, reference, query and rerank.

Each row is the baseline with chunks of 256 tokens, with one part exchanged. A kind that `SETTINGS` does not name has
one row, with its default settings and, if it is a chunker with size and overlap, with those of the baseline.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag_core import preset
from rag_core.part import Part
from rag_core.parts import kinds
from rag_core.strategy import Strategy

SLOTS = ("chunker", "reference", "query", "rerank")
SIZE = {"chunk_tokens": 256, "overlap_tokens": 20}
_CHUNKS = ",".join(f"chunker.{field}={value}" for field, value in SIZE.items())
BASE = f"baseline:{_CHUNKS}"
# The settings with which a kind is measured, where these are not its defaults.
SETTINGS: dict[tuple[str, str], tuple[str, ...]] = {
    ("chunker", "sentence"): (
        "chunker.chunk_tokens=128,chunker.overlap_tokens=20",
        "chunker.chunk_tokens=1024,chunker.overlap_tokens=20",
    ),
    ("chunker", "page"): ("chunker.kind=page",),
    ("chunker", "recursive"): (
        "chunker.kind=recursive,chunker.chunk_tokens=200,chunker.overlap_tokens=0",
        "chunker.kind=recursive,chunker.chunk_tokens=400,chunker.overlap_tokens=0",
    ),
    ("chunker", "semantic"): (
        "chunker.kind=semantic,chunker.breakpoint_percentile=95",
        "chunker.kind=semantic,chunker.breakpoint_percentile=85",
    ),
    ("chunker", "cluster_semantic"): (
        "chunker.kind=cluster_semantic,chunker.chunk_tokens=200",
        "chunker.kind=cluster_semantic,chunker.chunk_tokens=400",
    ),
    ("reference", "children"): (
        "reference.kind=children,reference.child_tokens=64+128",
        "reference.kind=children,chunker.chunk_tokens=1024",
    ),
    ("reference", "hierarchy"): ("reference.kind=hierarchy,chunker.chunk_tokens=2048",),
    ("reference", "windows"): ("reference.kind=windows,chunker.kind=atoms",),
    ("rerank", "llm"): ("rerank.kind=llm,rerank.entries=5",),
    ("rerank", "mmr"): ("rerank.kind=mmr,rerank.lambda_mult=0.5", "rerank.kind=mmr,rerank.lambda_mult=0.9"),
}
# Why a kind has no figures.
UNMEASURED: dict[tuple[str, str], str] = {
    ("rerank", "cross_encoder"): "not measured: no cross-encoder is built in",
}


@dataclass(frozen=True)
class Row:
    """A part in the strategy in which it is measured; `reason` says why it is not, if it is not."""

    slot: str
    kind: str
    spec: str
    reason: str = ""

    @property
    def strategy(self) -> Strategy:
        return preset(self.spec)

    @property
    def asks_llm(self) -> bool:
        """Whether a language model is asked for each question."""
        return self.strategy.asks_llm

    @property
    def texts_per_chunk(self) -> int:
        """The number of texts that a language model writes about each chunk before anything is asked."""
        return len(self.strategy.reference.written_texts)

    @property
    def label(self) -> str:
        """The part with its settings, and the chunker where that is not the baseline's."""
        strategy = self.strategy
        words = strategy.part(self.slot).short()
        own = self.slot == "chunker" or strategy.chunker == preset(BASE).chunker
        return words if own else f"{words}, of {strategy.chunker.short()}"


def rows() -> Iterator[Row]:
    """The rows in the order of the table; the baseline stands once in every slot."""
    for slot in SLOTS:
        for kind, part in kinds(slot).items():
            if kind == preset(BASE).part(slot).kind_name():
                yield Row(slot, kind, BASE)
                settings = SETTINGS.get((slot, kind), ())
            else:
                settings = SETTINGS.get((slot, kind), (_defaults(slot, part),))
            for changes in settings:
                chunks = "" if "chunker." in changes else f"{_CHUNKS},"
                yield Row(slot, kind, f"baseline:{chunks}{changes}", UNMEASURED.get((slot, kind), ""))


def _defaults(slot: str, part: type[Part]) -> str:
    """The kind with its defaults; a chunker with size and overlap has those of the baseline here."""
    kind = f"{slot}.kind={part.kind_name()}"
    return f"{kind},{_CHUNKS}" if slot == "chunker" and SIZE.keys() <= part.model_fields.keys() else kind

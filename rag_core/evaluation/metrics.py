"""Metrics of retrieval against gold excerpts and pages; one `METRICS` entry adds a metric everywhere.

All but page recall are those of Smith & Troynikov 2024, "Evaluating Chunking Strategies for Retrieval", Chroma
technical report, in characters. E are the gold excerpts' ranges, R the retrieved chunks' ranges in the document that
the question is about, C all chunks of it that share a character with E; lengths of E, R and C are those of their
unions. Ranges are half-open: the report's program counts ranges that merely touch as an intersection of length 0, here
they do not intersect.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from rag_core.geometry import Span
from rag_core.part import Registry
from rag_core.text.spans import difference, intersection, length, meeting, union


@dataclass(frozen=True)
class JudgedQuestion:
    """What a metric can measure for one question.

    `gold`, `retrieved` and `chunks` are spans of the document that the question is about: its excerpts, the hits, and
    everything that the chunker cut. `elsewhere` is the number of characters retrieved from other documents. `pages` are
    the numbers of the pages that answer the question, and `retrieved_pages` those that a hit touches. A question
    without excerpts has no `gold`, one about a text without pages no `pages`. `lost` is the number of characters of the
    excerpts that this text of the document does not have, so that nothing can retrieve them.
    """

    gold: Sequence[Span]
    retrieved: Sequence[Span]
    elsewhere: int
    chunks: Sequence[Span]
    pages: Collection[int] = ()
    retrieved_pages: Collection[int] = ()
    lost: int = 0


@dataclass(frozen=True)
class Metric:
    """A figure per question; a strategy's figure is the mean over the questions that have one, by their `weight`.

    `label` heads its column, `definition` is a sentence for hover texts and documentation, `minimum` and `maximum`
    bound the values. Values from 0 to 1 are shown in percent. `function` gives None where the metric is not available.
    """

    label: str
    definition: str
    function: Callable[[JudgedQuestion], float | None]
    weight: Callable[[JudgedQuestion], float] | None = None
    higher_is_better: bool = True
    minimum: float = 0.0
    maximum: float = 1.0

    def mean(self, values: Sequence[float | None], judged: Sequence[JudgedQuestion]) -> float | None:
        """A strategy's figure, from the values of its questions; None if none has one, 0 if all weights are 0."""
        available = [(value, question) for value, question in zip(values, judged, strict=True) if value is not None]
        weights = [1.0 if self.weight is None else self.weight(question) for _, question in available]
        if not available:
            return None
        return fmean([value for value, _ in available], weights) if any(weights) else 0.0

    def text(self, value: float | None) -> str:
        """The value for people, to one decimal place, or that it is not available."""
        if value is None:
            return "not available"
        is_share = (self.minimum, self.maximum) == (0, 1)
        return f"{100 * value:.1f} %" if is_share else f"{value:,.1f}"

    def is_worse(self, value: float, threshold: float) -> bool:
        """Whether the value misses the threshold, in the metric's direction."""
        return value < threshold if self.higher_is_better else value > threshold


METRICS: Registry[Metric] = Registry("metric")


def page_recall(pages: Collection[int], retrieved: Collection[int]) -> float | None:
    """The share of the gold pages that were retrieved; None without gold pages."""
    return len(set(pages) & set(retrieved)) / len(set(pages)) if pages else None


def recall(gold: Iterable[Span], retrieved: Iterable[Span], lost: int = 0) -> float:
    """|E ∩ R| / |E|: the share of the gold that was retrieved; the `lost` characters are of E, but of no span."""
    excerpts = union(gold)
    return _share(length(intersection(excerpts, union(retrieved))), length(excerpts) + lost)


def precision(gold: Iterable[Span], retrieved: Sequence[Span], elsewhere: int = 0) -> float:
    """|E ∩ R| / Σ|r|: the share of what was retrieved that is gold.

    The sum is over all retrieved chunks, so text retrieved twice counts twice; it includes the `elsewhere` characters
    retrieved from other documents.
    """
    return _share(length(intersection(union(gold), union(retrieved))), length(retrieved) + elsewhere)


def iou(gold: Iterable[Span], retrieved: Sequence[Span], elsewhere: int = 0, lost: int = 0) -> float:
    """|E ∩ R| / (Σ|r| + |E \\ R|): intersection over union, with the retrieved chunks counted as in `precision`."""
    excerpts, found = union(gold), union(retrieved)
    whole = length(retrieved) + elsewhere + length(difference(excerpts, found)) + lost
    return _share(length(intersection(excerpts, found)), whole)


def precision_omega(gold: Iterable[Span], chunks: Iterable[Span], lost: int = 0) -> float:
    """|E ∩ C| / |C ∪ E|: the precision of retrieving every chunk that contains gold, and no other.

    It judges the chunker alone; what was retrieved does not matter.
    """  # noqa: RUF002  # the sign for union is meant
    excerpts = union(gold)
    holding = union(meeting(chunks, excerpts))
    return _share(length(intersection(excerpts, holding)), length(union([*holding, *excerpts])) + lost)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _of_excerpts(measure: Callable[[JudgedQuestion], float]) -> Callable[[JudgedQuestion], float | None]:
    """The measure, which is not available for a question without excerpts."""
    return lambda judged: measure(judged) if judged.gold or judged.lost else None


METRICS.register(
    "recall",
    Metric(
        "recall",
        "Share of the gold excerpts' characters that was retrieved (Chroma report).",
        _of_excerpts(lambda judged: recall(judged.gold, judged.retrieved, judged.lost)),
    ),
)
METRICS.register(
    "precision",
    Metric(
        "precision",
        "Share of the retrieved characters that belong to gold excerpts; text retrieved twice counts twice (Chroma "
        "report).",
        _of_excerpts(lambda judged: precision(judged.gold, judged.retrieved, judged.elsewhere)),
    ),
)
METRICS.register(
    "iou",
    Metric(
        "IoU",
        "Intersection over union: retrieved gold characters, divided by all retrieved ones plus the gold ones missed "
        "(Chroma report).",
        _of_excerpts(lambda judged: iou(judged.gold, judged.retrieved, judged.elsewhere, judged.lost)),
    ),
)
METRICS.register(
    "pooled_precision",
    Metric(
        "pooled precision",
        "Share of the characters retrieved for all questions together that belong to gold excerpts; a question weighs "
        "by the size of its context, where each counts the same in the mean of `precision`.",
        _of_excerpts(lambda judged: precision(judged.gold, judged.retrieved, judged.elsewhere)),
        weight=lambda judged: length(judged.retrieved) + judged.elsewhere,
    ),
)
METRICS.register(
    "precision_omega",
    Metric(
        "precision omega",
        "The precision of retrieving exactly the chunks that contain gold: the best that these chunks allow (Chroma "
        "report).",
        _of_excerpts(lambda judged: precision_omega(judged.gold, judged.chunks, judged.lost)),
    ),
)
METRICS.register(
    "page_recall",
    Metric(
        "page recall",
        "Share of the pages with the answer that a hit touches: pages of the gold excerpts, or those that the question "
        "set names; not available for texts without pages.",
        lambda judged: page_recall(judged.pages, judged.retrieved_pages),
    ),
)

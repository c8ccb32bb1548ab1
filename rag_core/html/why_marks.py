"""Why a hit has its scores, on its pages: pieces in their colours, lines under the words that count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag_core.geometry import Box, Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.page_view import PageMark
from rag_core.html.why_strength import strengths
from rag_core.stages.results import Hit

_LINE_POINTS = 1.6  # thickness of the line under the word that adds most


@dataclass(frozen=True)
class WhyMarks:
    """Of one hit: pieces with the strengths of their colours from 0 to 1, words with their weights up to 1."""

    pieces: Sequence[tuple[Span, float]]
    words: Sequence[tuple[Span, float]]

    @property
    def strongest(self) -> Span:
        """The piece with the strongest colour, the first of equal ones."""
        return max(self.pieces, key=lambda one: one[1])[0]

    def page_marks(self, column: int, key: str, boxes: Callable[[Span], Sequence[Box]]) -> Iterator[PageMark]:
        """The marks on a page, on which a span has these boxes."""
        for piece, strength in self.pieces:
            yield PageMark(boxes(piece), column, "piece", key, "", strength=strength)
        lines = [_line_under(box, weight) for word, weight in self.words for box in boxes(word)]
        yield PageMark(lines, column, "term", key, "")


def why_marks(view: ComparisonView, column: int, hit: Hit) -> WhyMarks | None:
    """The marks of the hit; None where its scores are not explained."""
    why = view.why(column, hit)
    if why is None:
        return None
    heaviest = max((term.weight for term in why.terms or ()), default=0.0)
    words = [(place, term.weight / heaviest) for term in why.terms or () for place in term.places]
    pieces = [Span(piece.start, piece.end) for piece in why.pieces]
    return WhyMarks(list(zip(pieces, strengths(view, column, hit), strict=True)), words)


def _line_under(box: Box, weight: float) -> Box:
    return Box(box.left, box.bottom, box.right, box.bottom + _LINE_POINTS * max(weight, 0.4))

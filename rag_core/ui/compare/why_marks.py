"""Why a hit has its scores, on the picture of its page: pieces in their colours, lines under the words that count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document, Page
from rag_core.geometry import Box, Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.why_strength import strengths
from rag_core.html.why_sums import why_legend_html
from rag_core.stages.results import Hit

Layer = tuple[Sequence[Box], float]
_MAX_OPACITY, _LINE_OPACITY, _OUTLINE_OPACITY = 0.5, 0.9, 0.06
_LINE_POINTS = 1.6  # thickness of the line under the word that adds most


@dataclass(frozen=True)
class WhyMarks:
    """Of one hit: pieces with the strengths of their colours, words with their weights up to 1, and a legend."""

    hit: Span
    pieces: Sequence[tuple[Span, float]]
    words: Sequence[tuple[Span, float]]
    legend: str

    @property
    def strongest(self) -> Span:
        """The piece with the strongest colour, the first of equal ones."""
        return max(self.pieces, key=lambda one: one[1])[0]

    def layers(self, document: Document, page: Page) -> list[Layer]:
        """The boxes to highlight on the page, and how opaque each is; the whole hit is tinted lightly."""

        def boxes(span: Span) -> Sequence[Box]:
            return document.boxes(*span).get(page.number, [])

        lines = [_line_under(box, weight) for word, weight in self.words for box in boxes(word)]
        pieces = [(boxes(piece), strength * _MAX_OPACITY) for piece, strength in self.pieces]
        return [(boxes(self.hit), _OUTLINE_OPACITY), *pieces, (lines, _LINE_OPACITY)]


def why_marks(view: ComparisonView, column: int, hit: Hit) -> WhyMarks | None:
    """The marks of the hit; None where its scores are not explained."""
    why = view.why(column, hit)
    if why is None:
        return None
    heaviest = max((term.weight for term in why.terms or ()), default=0.0)
    words = [(place, term.weight / heaviest) for term in why.terms or () for place in term.places]
    pieces = [Span(piece.start, piece.end) for piece in why.pieces]
    coloured = list(zip(pieces, strengths(view, column, hit), strict=True))
    return WhyMarks(Span(hit.start, hit.end), coloured, words, why_legend_html(view, column, figures=False))


def _line_under(box: Box, weight: float) -> Box:
    return Box(box.left, box.bottom, box.right, box.bottom + _LINE_POINTS * max(weight, 0.4))

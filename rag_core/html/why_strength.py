"""How strongly a piece of a hit is coloured: by its share in the dense score, or by its own score."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.html.comparison_view import ComparisonView
from rag_core.stages.explanation import Explanation, Piece
from rag_core.stages.results import Hit

_LIGHTEST = 0.12  # of the darkest: the colour of the lowest of the pieces that have scores of their own


def strengths(view: ComparisonView, column: int, hit: Hit) -> list[float]:
    """How strongly each piece of the hit is coloured, from 0 to 1; empty where scores are not explained.

    Own scores are compared within the column, from its lowest piece to its best one; shares within the hit, from none.
    """
    why = view.why(column, hit)
    if why is None:
        return []
    if has_own_scores(why):
        scores = own_scores(view, column)
        return [_between(piece, min(scores), max(scores)) for piece in why.pieces]
    highest = max((piece.share or 0.0 for piece in why.pieces), default=0.0)
    return [max(piece.share or 0.0, 0.0) / highest if highest > 0 else 0.0 for piece in why.pieces]


def has_own_scores(why: Explanation) -> bool:
    """Whether the pieces of the hit were scored themselves."""
    return any(piece.own is not None for piece in why.pieces)


def own_scores(view: ComparisonView, column: int) -> Sequence[float]:
    """The scores of all pieces in the column's hits that were scored themselves."""
    explanations = view.explanations[column] if view.explanations is not None else []
    return [piece.own.score for why in explanations for piece in why.pieces if piece.own is not None]


def _between(piece: Piece, low: float, high: float) -> float:
    if piece.own is None:
        return 0.0
    return _LIGHTEST + (1 - _LIGHTEST) * ((piece.own.score - low) / (high - low) if high > low else 1.0)

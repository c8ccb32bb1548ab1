"""What the scores of a hit add up from, and what the colours of a column mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.templating import render
from rag_core.stages.explanation import Explanation, OwnScore, TermWeight
from rag_core.stages.results import Hit
from rag_core.stages.stage_scores import stage_name
from rag_core.strategy import Strategy
from rag_core.text.numbers import percent, three_digits

_MAX_TERMS = 6
_SHARES = "what a sentence adds to the dense score{}."
_NOT_FUSED = ", of which the fused one is made"
_OWN = "each piece's own {} score, {}."
_WORDS = " Point at a word to see what it adds."
_WORDS_OF_BEST = " Point at a word to see what it adds to the dense score of the best piece of the hit."
_RERANKED = (
    "The reranker reads the question and a text together: what a word adds to its score is unknown. Choose the "
    "reranker none to rank by the scores that are explained."
)
_SEVERAL = "Scores and shares are for all queries above together, by their weights."


class _Legend(NamedTuple):
    """`colours` says what they mean, empty without colours; `underlines` is whether there are any."""

    colours: str
    underlines: bool
    notes: Sequence[str]


def why_legend_html(view: ComparisonView, column: int, *, figures: bool = True) -> str:
    """Above a column's hits: what their colours and lines mean, or why there are none; empty if nobody asked.

    Without `figures`, it is for a picture, in which there are only colours and lines.
    """
    if view.explanations is None or not view.explanations[column]:
        return ""
    legend = _legend(view, column, view.explanations[column], figures)
    return render("why_legend", column=column, legend=legend)


def sums_of(view: ComparisonView, column: int, hit: Hit) -> list[str]:
    """What the stages' scores of the hit add up from, where its text does not show it; why that is unknown."""
    why = view.why(column, hit)
    if why is None:
        return []
    lines = [_dense_sum(hit, why), _bm25_sum(hit, why.terms or [])]
    if why.unknown and why.unknown != _shared_reason(view.explanations[column] if view.explanations else []):
        lines.append(why.unknown)
    return [line for line in lines if line]


def _dense_sum(hit: Hit, why: Explanation) -> str:
    outside = why.dense.outside(Span(hit.start, hit.end)) if why.dense is not None else 0.0
    if abs(outside) < 0.0005:
        return ""
    score = hit.scores["dense"]
    place = "the headings of its section" if hit.via[0].context else "around it"
    return f"dense {score:.3f} = {score - outside:.3f} from this text + {outside:.3f} from {place}"


def _bm25_sum(hit: Hit, terms: Sequence[TermWeight]) -> str:
    counted = [term for term in terms if term.weight > 0]
    if not counted:
        return "BM25 0: no word of the question is counted" if terms else ""
    parts = [f"{term.word} {_two_decimals(term.weight)}" for term in counted[:_MAX_TERMS]]
    if rest := counted[_MAX_TERMS:]:
        parts.append(f"{len(rest)} more {_two_decimals(sum(term.weight for term in rest))}")
    missing = ", ".join(term.word for term in terms if term.weight == 0)
    return f"BM25 {three_digits(hit.scores['bm25'])} = {' + '.join(parts)}{f'; without {missing}' if missing else ''}"


def _two_decimals(weight: float) -> str:
    return f"{weight:.2f}" if weight >= 0.005 else "<0.01"


def _legend(view: ComparisonView, column: int, explanations: Sequence[Explanation], figures: bool) -> _Legend:
    strategy, hits = view.comparison.columns[column].strategy, view.comparison.columns[column].hits
    stages = {stage for hit in hits for stage in hit.scores}
    notes = [_shared_reason(explanations)]
    notes += [_RERANKED] if "rerank" in stages else []
    notes += [_SEVERAL] if len(view.comparison.columns[column].queries) > 1 else []
    if not any(why.dense or why.unknown or why.terms is not None for why in explanations):
        notes.append(f"{_search_label(strategy)} does not say what its scores are made of.")
    underlines = any(term.places for why in explanations for term in why.terms or ())
    return _Legend(_colours(view, column, explanations, figures), underlines, [note for note in notes if note])


def _colours(view: ComparisonView, column: int, explanations: Sequence[Explanation], figures: bool) -> str:
    known = any(why.dense is not None for why in explanations)
    pieces = [piece.own for why in explanations for piece in why.pieces if piece.own is not None]
    if not pieces and not known:
        return ""
    if pieces:
        meaning, words = _own_scores(pieces), _WORDS_OF_BEST
    else:
        fused = any("fused" in hit.scores for hit in view.comparison.columns[column].hits)
        meaning, words = _SHARES.format(_NOT_FUSED if fused else ""), _WORDS
    return f"Colour and figure: {meaning}{words if known else ''}" if figures else f"Colour: {meaning}"


def _own_scores(pieces: Sequence[OwnScore]) -> str:
    stage = stage_name(next(reversed(list(pieces[0].stages)), ""))
    shares = [own.of_best for own in pieces if own.of_best is not None]
    reach = f"{percent(min(shares))} to {percent(max(shares))} of the best" if shares else "from the lowest to the best"
    return _OWN.format(stage, reach)


def _shared_reason(explanations: Sequence[Explanation]) -> str:
    """Why none of the hits has known shares, if it is the same for all."""
    reasons = {why.unknown for why in explanations}
    return reasons.pop() if len(reasons) == 1 else ""


def _search_label(strategy: Strategy) -> str:
    return f"The search {strategy.search.label}"

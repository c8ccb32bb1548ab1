"""Why a hit has its scores, as HTML: the text stays the text, and every colour and line has its figure."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rag_core.embeddings.late.token_shares import TokenShares
from rag_core.geometry import Span
from rag_core.html.cards import hit_html
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.why_strength import strengths
from rag_core.html.why_sums import why_legend_html
from rag_core.stages.explanation import DenseShares, Explanation, OwnScore, Piece, TermWeight
from rag_core.strategy.specs import preset
from rag_core.text.word_spans import word_spans
from tests.html.comparisons import document_of, hit_of, view_of
from tests.html.reader import MARKUP, Reader, assert_harmless

TEXT = f"Tides turn the mill. {MARKUP} The sea falls, and so it grinds 東京 too. " + "A long tail. " * 60
OUTSIDE = " The rest is around it."


def dense_of(text: str, share: float = 0.01) -> DenseShares:
    """Every word a token, each with a slightly larger share than the one before."""
    words = word_spans(text, Span(0, len(text)))
    starts, ends = np.array(words, np.int32).T
    return DenseShares(TokenShares(starts, ends, share * (1 + np.arange(len(words)) / len(words))))


def place(word: str) -> Span:
    return Span(TEXT.index(word), TEXT.index(word) + len(word))


def explained_view(explanation: Explanation, scores: dict[str, float], *, spec: str = "hybrid") -> ComparisonView:
    document = document_of(TEXT + OUTSIDE)
    score = list(scores.values())[-1]
    hit = hit_of(document, 0, len(TEXT), score=score).model_copy(update={"scores": scores})
    plain = view_of([document], [hit])
    [column] = plain.comparison.columns
    columns = [column.model_copy(update={"strategy": preset(spec)})]
    comparison = plain.comparison.model_copy(update={"columns": columns})
    return ComparisonView(comparison, plain.documents, plain.names, [[explanation]])


def html_of(view: ComparisonView) -> str:
    return hit_html(view, 0, view.comparison.columns[0].hits[0])


def shared_out() -> tuple[Explanation, dict[str, float]]:
    """Three sentences, two words of the question that count, and one that does not occur."""
    dense = dense_of(TEXT + OUTSIDE)
    starts = [0, TEXT.index("The sea"), TEXT.index("A long")]
    ends = [*starts[1:], len(TEXT)]
    shares = dense.of(starts, len(TEXT))
    pieces = [Piece(a, b, *share) for a, b, share in zip(starts, ends, shares, strict=True)]
    terms = [
        TermWeight("tide<b>", 2.0, [place("Tides")]),
        TermWeight("東京", 1.0, [place("東京")]),
        TermWeight("zebra", 0.0, []),
    ]
    scores = {"dense": dense.score, "bm25": 3.0, "fused": 0.84}
    return Explanation(pieces, dense, terms), scores


def test_the_text_stays_the_text_and_nothing_of_it_becomes_markup() -> None:
    view = explained_view(*shared_out())
    html = html_of(view)
    assert_harmless(html)
    assert_harmless(why_legend_html(view, 0))
    assert TEXT in Reader(html).text
    assert 'title="“tide&lt;b&gt;” adds 2.00 to BM25 3.00' in html


def test_scores_by_stage_stand_beside_the_hit() -> None:
    explanation, scores = shared_out()
    text = " ".join(
        Reader(html_of(explained_view(explanation, scores | {"dense": 0.6137, "bm25": 12.34}))).text.split()
    )
    assert "dense 0.614 · BM25 12.3 · fused 0.840" in text
    reranked = explained_view(explanation, {"dense": 0.6137, "bm25": 12.34, "fused": 0.84, "rerank": 0.97})
    assert "fused 0.840 · reranked 0.970" in " ".join(Reader(html_of(reranked)).text.split())


def test_every_sentence_has_a_colour_and_a_figure_and_every_word_its_share() -> None:
    explanation, scores = shared_out()
    html = html_of(explained_view(explanation, scores))
    whole = html[html.index("cs-whole") :]
    shown = [float(share) for share in re.findall(r'class="cs-passage" style="--share:([\d.]+)"', whole)]
    highest = max(piece.share for piece in explanation.pieces)
    assert shown == pytest.approx([piece.share / highest for piece in explanation.pieces], abs=0.006)
    figures = re.findall(r'data-figure="([\d.]+)"', whole)
    assert figures == [f"{piece.share:.3f}" for piece in explanation.pieces]
    words = [float(share) for share in re.findall(r"adds (\d\.\d{4}) to dense \d\.\d+\"", whole)]
    tail = TEXT[TEXT.index("A long") :]
    assert len(words) >= len(tail.split())
    assert sum(words[-len(tail.split()) :]) == pytest.approx(explanation.pieces[2].share, abs=0.0001 * len(words))


def test_what_is_outside_and_what_each_word_adds_is_said_in_a_line() -> None:
    explanation, scores = shared_out()
    lines = re.findall(r'<div class="cs-sum">(.*?)</div>', html_of(explained_view(explanation, scores)))
    inside = sum(piece.share for piece in explanation.pieces)
    assert lines == [
        f"dense {scores['dense']:.3f} = {inside:.3f} from this text + {scores['dense'] - inside:.3f} from around it",
        "BM25 3.00 = tide&lt;b&gt; 2.00 + 東京 1.00; without zebra",
    ]


def test_a_fused_score_is_never_shared_out() -> None:
    view = explained_view(*shared_out())
    assert "fused" not in " ".join(re.findall(r'title="([^"]*adds[^"]*)"', html_of(view)))
    legend = " ".join(Reader(why_legend_html(view, 0)).text.split())
    assert "what a sentence adds to the dense score, of which the fused one is made" in legend


def own(score: float, best: float = 0.9) -> OwnScore:
    return OwnScore(score, {"dense": 0.4, "bm25": 7.5, "fused": score}, score / best)


def test_pieces_with_their_own_scores_are_coloured_by_these() -> None:
    explanation, scores = shared_out()
    own_scores = [own(0.9), own(0.63), None]
    pieces = [piece._replace(own=score) for piece, score in zip(explanation.pieces, own_scores, strict=True)]
    view = explained_view(Explanation(pieces, explanation.dense, explanation.terms), scores, spec="query_spans")
    first, second, unscored = strengths(view, 0, view.comparison.columns[0].hits[0])
    assert first == 1
    assert 0 < second < 0.2
    assert unscored == 0
    html = html_of(view)
    assert re.findall(r'data-figure="([^"]+)"', html)[:2] == ["100 %", "70 %"]
    assert 'title="scored by itself: dense 0.400 · BM25 7.50 · fused 0.630 · 70 % of the best score"' in html
    legend = " ".join(Reader(why_legend_html(view, 0)).text.split())
    assert "each piece's own fused score, 70 % to 100 % of the best" in legend
    assert "Point at a word" in legend


def test_where_shares_are_unknown_the_reason_stands_in_their_place() -> None:
    explanation, _ = shared_out()
    pieces = [Piece(piece.start, piece.end, None) for piece in explanation.pieces]
    view = explained_view(Explanation(pieces, None, None, f"Unknown because of {MARKUP}."), {"dense": 0.5})
    assert_harmless(why_legend_html(view, 0))
    assert f"Unknown because of {MARKUP}." in Reader(why_legend_html(view, 0)).text
    html = html_of(view)
    assert "cs-passage" not in html
    assert "cs-term" not in html
    assert TEXT in Reader(html).text


def test_a_reason_that_is_not_that_of_all_hits_stands_at_its_hit() -> None:
    explanation, scores = shared_out()
    view = explained_view(explanation, scores)
    [hit] = view.comparison.columns[0].hits
    unknown = Explanation([Piece(0, len(TEXT), None)], None, explanation.terms, "What matched is a key phrase.")
    both = [hit, hit.model_copy(update={"rank": 2})]
    columns = [view.comparison.columns[0].model_copy(update={"hits": both})]
    mixed = ComparisonView(
        view.comparison.model_copy(update={"columns": columns}), view.documents, view.names, [[explanation, unknown]]
    )
    assert "What matched" not in why_legend_html(mixed, 0)
    assert "What matched" not in hit_html(mixed, 0, both[0])
    assert "What matched is a key phrase." in hit_html(mixed, 0, both[1])


def test_a_reranker_says_what_to_choose_instead() -> None:
    explanation, scores = shared_out()
    legend = why_legend_html(explained_view(explanation, scores | {"rerank": 0.97}), 0)
    assert "what a word adds to its score is unknown" in legend
    assert "Choose the reranker none" in legend


def test_a_search_without_known_stages_is_named() -> None:
    legend = why_legend_html(explained_view(Explanation([Piece(0, 5, None)], None, None), {"toy": 4.0}), 0)
    assert "The search Hybrid does not say what its scores are made of." in legend


def test_nothing_is_explained_where_nobody_asked() -> None:
    view = explained_view(*shared_out())
    view.explanations = None
    assert why_legend_html(view, 0) == ""
    html = html_of(view)
    assert not re.findall("cs-passage|cs-term|cs-sum|data-figure", html)

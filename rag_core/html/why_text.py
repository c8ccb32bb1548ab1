"""A hit's text with its scores explained: pieces coloured by what they add or score, words with their shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.hit_text import first_part, without_blank_lines
from rag_core.html.why_strength import strengths
from rag_core.html.why_words import ExplainedWords, Word
from rag_core.stages.explanation import Explanation, OwnScore, Piece
from rag_core.stages.results import Hit
from rag_core.stages.stage_scores import stage_texts
from rag_core.text.numbers import percent, three_digits


class Passage(NamedTuple):
    """A piece of a hit, or what is between two; `strength` is that of its colour, and `figure` stands behind it."""

    words: Sequence[Word]
    strength: float = 0.0
    figure: str = ""
    title: str = ""


class WhyText(NamedTuple):
    """A hit's text: what is read first, and the whole unless that is all."""

    before: str
    first: Sequence[Passage]
    after: str
    whole: Sequence[Passage] | None


def why_text(view: ComparisonView, column: int, hit: Hit, document: Document, why: Explanation) -> WhyText:
    """The text of the hit, each piece with its colour and figure, each word with what it adds."""
    coloured = list(zip(why.pieces, strengths(view, column, hit), strict=True))
    strongest = max(coloured, key=lambda one: one[1])[0]
    whole = Span(hit.start, hit.end)
    part = first_part(view, column, hit, document, otherwise=Span(strongest.start, strongest.end))
    words = ExplainedWords(document.text, hit, why)
    return WhyText(
        before="… " if part.start > whole.start else "",
        first=[_without_blank_lines(passage) for passage in _passages(part, hit, coloured, words)],
        after=" …" if part.end < whole.end else "",
        whole=_passages(whole, hit, coloured, words) if part != whole else None,
    )


def _passages(part: Span, hit: Hit, coloured: Sequence[tuple[Piece, float]], words: ExplainedWords) -> list[Passage]:
    """The passages of a part of the hit, in order; a piece of which the end is cut off has no figure."""
    found, at, tokens = [], part.start, sum(piece.tokens for piece, _ in coloured)
    for piece, strength in coloured:
        start, end = max(piece.start, at), min(piece.end, part.end)
        if start < end:
            figure, title = _figure(piece, hit, tokens) if end == piece.end else ("", "")
            found += [Passage(words.between(at, start)), Passage(words.between(start, end), strength, figure, title)]
            at = end
    found.append(Passage(words.between(at, part.end)))
    return [passage for passage in found if passage.words]


def _without_blank_lines(passage: Passage) -> Passage:
    return passage._replace(words=[word._replace(text=without_blank_lines(word.text)) for word in passage.words])


def _figure(piece: Piece, hit: Hit, tokens: int) -> tuple[str, str]:
    """What stands behind a piece, and what it means; `tokens` is how many are counted in the whole hit."""
    if piece.own is not None:
        return _own_figure(piece.own)
    if not piece.share:
        return "", ""
    score = hit.scores["dense"]
    of = f", {percent(piece.share / score)} of it," if 0 < piece.share <= score else ""
    by = f"with {percent(piece.tokens / tokens)} of the tokens"
    return f"{piece.share:.3f}", f"adds {piece.share:.4f} to dense {score:.4f}{of} {by}"


def _own_figure(own: OwnScore) -> tuple[str, str]:
    stages = " · ".join(text for text, _ in stage_texts(own.stages)) or three_digits(own.score)
    if own.of_best is None:
        return three_digits(own.score), f"scored by itself: {stages}"
    return percent(own.of_best), f"scored by itself: {stages} · {percent(own.of_best)} of the best score"

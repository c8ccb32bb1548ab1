"""The pieces in which a hit is explained: its sentences, or the chunks that were joined to it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.explanation import DenseShares, OwnScore, Piece
from rag_core.stages.ranking import Ranking


def sentence_pieces(document: Document, span: Span, dense: DenseShares | None) -> list[Piece]:
    """The sentences of a hit, each with its share in the dense score."""
    found = sentences(document, span) or [span]
    return [Piece(*one, *share) for one, share in zip(found, _shares(found, span, dense), strict=True)]


def joined_pieces(built: BuiltIndex, ranking: Ranking, candidate: Candidate, dense: DenseShares | None) -> list[Piece]:
    """The chunks that were joined to a hit, each with its own score and its share in the dense score."""
    taken = {scored.entry: scored.score for scored in candidate.via}
    entries = [i for i in range(min(taken), max(taken) + 1) if built.entries[i].document == candidate.document]
    chunks = [built.entries[i].chunk for i in entries]
    shares = _shares(chunks, candidate.span, dense)
    own = [_own_score(entry, taken.get(entry), ranking) for entry in entries]
    return [Piece(*chunk, *share, score) for chunk, share, score in zip(chunks, shares, own, strict=True)]


def _shares(pieces: Sequence[Span], span: Span, dense: DenseShares | None) -> Sequence[tuple[float | None, int]]:
    """What each piece adds to the dense score, and by how many tokens."""
    if dense is None:
        return [(None, 0)] * len(pieces)
    return dense.of([piece.start for piece in pieces], span.end)


def _own_score(entry: int, score: float | None, ranking: Ranking) -> OwnScore | None:
    """The score of an entry; of one that was not taken itself, that of the last stage, if it scored it."""
    stages, best = ranking.scores_of(entry), ranking.scored[0].score
    if score is None and ranking.stages:
        score = stages.get(list(ranking.stages)[-1])
    return None if score is None or math.isnan(score) else OwnScore(score, stages, score / best if best > 0 else None)

"""The pieces in which a hit is explained: its sentences, or the chunks that were joined to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import takewhile

from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.pipeline.build import StrategyIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.explanation import DenseShares, OwnScore, Piece
from rag_core.stages.ranking import Ranking


def sentence_pieces(document: Document, span: Span, dense: DenseShares | None) -> list[Piece]:
    """The sentences of a hit, each with its share in the dense score."""
    found = sentences(document, span) or [span]
    return [Piece(*one, *share) for one, share in zip(found, _shares(found, span, dense), strict=True)]


def joined_pieces(
    built: StrategyIndex, ranking: Ranking, candidate: Candidate, dense: DenseShares | None
) -> list[Piece]:
    """The entries of which a hit consists, each with its own score and its share in the dense score."""
    taken = {scored.entry: scored.score for scored in candidate.via}
    inside = _entries_in(built, candidate)
    shares = _shares(list(inside.values()), candidate.span, dense)
    own = [_own_score(entry, taken.get(entry), ranking) for entry in inside]
    return [Piece(*piece, *share, score) for piece, share, score in zip(inside.values(), shares, own, strict=True)]


def _entries_in(built: StrategyIndex, candidate: Candidate) -> dict[int, Span]:
    """The pieces of the entries that stand in the hit, in the order of the text, by their positions in the index."""
    (start, end), best = candidate.span, candidate.via[0].entry
    before = takewhile(lambda one: one[1].end > start, _pieces(built, range(best, -1, -1)))
    after = takewhile(lambda one: one[1].start < end, _pieces(built, range(best + 1, len(built.entries))))
    near = sorted([*before, *after])
    return {number: piece for number, piece in near if start <= piece.start and piece.end <= end}


def _pieces(built: StrategyIndex, numbers: Sequence[int]) -> Iterator[tuple[int, Span]]:
    """The entries at these positions and their pieces, as long as they are of the document of the first one."""
    for number in numbers:
        entry = built.entries[number]
        if entry.document != built.entries[numbers[0]].document:
            return
        yield number, built.strategy.reference.piece(entry)


def _shares(pieces: Sequence[Span], span: Span, dense: DenseShares | None) -> Sequence[tuple[float | None, int]]:
    """What each piece adds to the dense score, and by how many tokens."""
    if dense is None:
        return [(None, 0)] * len(pieces)
    return dense.of([piece.start for piece in pieces], span.end)


def _own_score(entry: int, score: float | None, ranking: Ranking) -> OwnScore | None:
    """The score of an entry; of one that was not taken itself, that of the last stage, if it scored it."""
    stages, best = ranking.scores_of(entry), ranking.scored[0].score
    if score is None:
        score = stages.get(ranking.last_stage)
    return None if score is None or math.isnan(score) else OwnScore(score, stages, score / best if best > 0 else None)

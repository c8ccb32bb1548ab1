"""Why a hit has its scores: what its sentences, words and terms add to them, as far as that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rag_core.embeddings.late.token_shares import TokenShares
from rag_core.geometry import Span


class OwnScore(NamedTuple):
    """The score of an entry that was joined to others, its scores by stage, and its share of the best score.

    `of_best` is None where the best score of the ranking is not positive.
    """

    score: float
    stages: Mapping[str, float]
    of_best: float | None


class Piece(NamedTuple):
    """A sentence of a hit, or one of the chunks that were joined to it, which then has a score of its `own`.

    `share` is what its tokens add to the hit's dense score, None if unknown; `tokens` is how many of them are counted.
    """

    start: int
    end: int
    share: float | None
    tokens: int = 0
    own: OwnScore | None = None


class TermWeight(NamedTuple):
    """A word of the question, what it adds to the hit's BM25 score, and where it counts in the hit's text."""

    word: str
    weight: float
    places: Sequence[Span]


@dataclass(frozen=True, eq=False)
class DenseShares:
    """The share of each token in the dense score of a hit's best entry; some of the tokens may be outside the hit."""

    tokens: TokenShares

    @property
    def score(self) -> float:
        """The sum of all shares, which is the dense score."""
        return float(self.tokens.shares.sum())

    def of(self, starts: Sequence[int], end: int) -> list[tuple[float, int]]:
        """The share of each piece of a text, and the number of its tokens that have one.

        Pieces begin at the ascending `starts` and reach to the next one, the last to `end`. A token belongs to the
        piece in which it begins, one that begins before all of them to the first.
        """
        touched = self.tokens.touched(Span(starts[0], end))
        owners = np.searchsorted(starts, self.tokens.starts[touched], side="right") - 1
        owners, own = np.maximum(owners, 0), self.tokens.shares[touched]
        shares = np.bincount(owners, own, minlength=len(starts)).tolist()
        counts = np.bincount(owners, own != 0, minlength=len(starts)).astype(int).tolist()
        return list(zip(shares, counts, strict=True))

    def outside(self, span: Span) -> float:
        """The share of all text that is not in the span: what surrounds it, and what is indexed but not shown."""
        return self.score - float(self.tokens.shares[self.tokens.touched(span)].sum())


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a hit has its scores.

    `pieces` are in the order of the text. `dense` is None without a dense score, or if its shares are unknown; then
    `unknown` says why. `terms` are the words of the question, those that add most first; None without a BM25 score.
    """

    pieces: Sequence[Piece]
    dense: DenseShares | None
    terms: Sequence[TermWeight] | None
    unknown: str = ""

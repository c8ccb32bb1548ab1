"""The scores of a hit by stage, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from rag_core.text.numbers import three_digits

NO_SCORE = "no score"
_NAMES = {"dense": "dense", "bm25": "BM25", "fused": "fused", "rerank": "reranked"}
DEFINITIONS = {
    "dense": "Cosine similarity of the vectors of the question and of the best entry; over several levels, their mean",
    "bm25": "BM25 counts the words of the question in the best entry, rare ones more; over several levels, their mean",
    "fused": "Made of the scores before it: scaled over all entries and added by weight, or by their ranks (RRF)",
    "rerank": "The reranker's score, by which the hits are ordered",
}


def stage_name(stage: str) -> str:
    """What people call the stage."""
    return _NAMES.get(stage, stage)


def score_text(score: float | None, name: str = "") -> str:
    """A score with the name of its kind, "0.713 cosine similarity", or that there is none."""
    return NO_SCORE if score is None else f"{score:.3f} {name}".rstrip()


def stage_texts(scores: Mapping[str, float]) -> list[tuple[str, str]]:
    """Each stage with its score, "BM25 12.3", and its definition, empty for a stage from elsewhere."""
    return [
        (f"{stage_name(stage)} {three_digits(score)}", DEFINITIONS.get(stage, "")) for stage, score in scores.items()
    ]

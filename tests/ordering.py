"""The order in which a ranking has scores."""

from collections.abc import Sequence


def best_first(scores: Sequence[float], tie: float = 1e-6) -> list[int]:
    """The positions of the scores in descending order; of those that differ by at most `tie`, the first is first."""
    ordered: list[int] = []
    equal: list[int] = []
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        if equal and scores[equal[-1]] - scores[i] > tie:
            ordered, equal = ordered + sorted(equal), []
        equal.append(i)
    return ordered + sorted(equal)

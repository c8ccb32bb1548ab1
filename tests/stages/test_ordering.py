"""Sorting scores with a tolerance for rounding errors."""

import numpy as np
import pytest

from rag_core.stages.ordering import best_first


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], []),
        ([0.5], [0]),
        ([0.1, 0.3, 0.2], [1, 2, 0]),
        ([-0.2, 0.0, -0.1], [1, 2, 0]),
        ([0.5, 0.5 + 1.2e-7, 0.5 - 1.2e-7], [0, 1, 2]),
        ([0.2, 0.5, 0.9, 0.5 + 1.2e-7], [2, 1, 3, 0]),
        ([0.5, 0.50001], [1, 0]),
    ],
)
def test_best_first_and_ties_as_given(scores, expected):
    assert best_first(np.array(scores, np.float32)).tolist() == expected

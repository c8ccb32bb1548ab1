"""Each distinct text is embedded once, and once what the model reads of several."""

from __future__ import annotations

import numpy as np
import pytest

from rag_core.embeddings.minilm import MiniLM, default_model
from rag_core.embeddings.vectors import Vectors

LONG = "Otters hold hands while they sleep so that they do not drift apart. " * 30


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the model was given."""
    given: list[str] = []
    real = MiniLM.encode_passages

    def noting(self: MiniLM, texts: list[str]) -> np.ndarray:
        given.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(MiniLM, "encode_passages", noting)
    return given


def test_texts_that_differ_beyond_the_models_limit_are_embedded_once(embedded: list[str]) -> None:
    vectors = Vectors(default_model())
    texts = [LONG, f"{LONG} Bees dance.", LONG[:1900], "Bees dance."]
    rows = vectors.passages(texts)
    assert len(embedded) == 2
    np.testing.assert_array_equal(rows[0], rows[1])
    alone = np.vstack([default_model().encode_passages([text]) for text in texts])
    np.testing.assert_allclose(rows, alone, atol=1e-6)


def test_texts_that_differ_within_it_are_not(embedded: list[str]) -> None:
    Vectors(default_model()).passages([LONG, f"Bees. {LONG}", LONG[:400], LONG[:401]])
    assert len(embedded) == 4


def test_a_text_is_embedded_once_whoever_asks(embedded: list[str]) -> None:
    vectors = Vectors(default_model())
    vectors.passages(["Bees dance.", "Otters sleep.", "Bees dance."])
    vectors.passages(["Otters sleep."])
    assert sorted(embedded) == ["Bees dance.", "Otters sleep."]


def test_memory_is_bounded_and_evicted_texts_are_embedded_again(embedded: list[str]) -> None:
    vectors = Vectors(default_model(), max_vectors=2)
    vectors.passages(["Bees dance."])
    vectors.passages(["Otters sleep."])
    vectors.passages(["Bees dance."])
    assert sorted(embedded) == ["Bees dance.", "Otters sleep."]
    vectors.passages(["Hens cluck."])  # in the place of the otters, whose use is longest ago
    vectors.passages(["Bees dance."])
    assert len(embedded) == 3
    rows = vectors.passages(["Otters sleep.", "Bees dance.", "Hens cluck."])
    alone = default_model().encode_passages(["Otters sleep.", "Bees dance.", "Hens cluck."])
    np.testing.assert_allclose(rows, alone, atol=1e-6)

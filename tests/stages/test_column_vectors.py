"""Late and per-chunk pooling side by side, and vectors that are cached across processes."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from rag_core import UserError, compare, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import MiniLM, default_model
from rag_core.embeddings.pooling import Pooling, Pools
from rag_core.embeddings.vectors import Vectors
from rag_core.geometry import Span
from rag_core.pipeline.index_cache import IndexCache
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.entries import Entry
from tests.fakes.tiny_model import DIMENSIONS, TinyModel
from tests.presets import WITHOUT_LLM

TEXT = (
    "Otters hold hands while they sleep, so that they do not drift apart. They eat sea urchins, crabs and fish. "
    "A colony of bees has one queen. Scouts dance to tell the others where flowers are. Honey keeps for centuries.\n\n"
    "The bridge was finished in 1932. It carries eight lanes of traffic and two of trains. Painting it never ends.\n\n"
) * 6
LATE = [f"{name}:search.pooling=late,chunker.chunk_tokens=128" for name in WITHOUT_LLM]
PER_CHUNK = [f"{name}:search.pooling=per_chunk" for name in WITHOUT_LLM]
QUESTION = "What do sea otters eat?"


class Silent(MiniLM):
    """A model that must not be called."""

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        raise AssertionError("embedded again")

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        raise AssertionError("asked again")

    def encode_windows(self, windows: np.ndarray) -> np.ndarray:
        raise AssertionError("read again")


@pytest.fixture
def document(text_document) -> Document:
    return text_document(TEXT)


@pytest.mark.parametrize("name", WITHOUT_LLM)
def test_late_columns_beside_per_chunk_columns(name: str, document: Document, model_vectors: Vectors) -> None:
    specs = [f"{name}:search.pooling={pooling},chunker.chunk_tokens=512" for pooling in ("late", "per_chunk")]
    strategies = list(map(preset, specs))
    late, per_chunk = compare([document], QUESTION, strategies, answers=True, vectors=model_vectors).columns
    if not strategies[0].chunker.uses_vectors:  # which may cut elsewhere by vectors of another pooling
        assert (late.counts.chunks, late.counts.entries) == (per_chunk.counts.chunks, per_chunk.counts.entries)
    assert late.counts.tokens_beyond_limit == 0
    assert per_chunk.counts.tokens_beyond_limit > 0 or name != "baseline"
    if name != "metadata_references":  # key phrases are always embedded alone
        similarities = [[hit.scores["dense"] for hit in column.hits] for column in (late, per_chunk)]
        assert similarities[0] != similarities[1]
    assert late.answer is not None
    assert "sea urchins" in late.answer.text


@pytest.mark.parametrize("indexes_are_cached", [True, False])
def test_a_restart_answers_from_the_disk(
    indexes_are_cached: bool, document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategies = list(map(preset, [*LATE, *PER_CHUNK]))
    cache = ArrayCache(tmp_path, 10**9)
    first = compare([document], QUESTION, strategies, answers=True, vectors=Vectors(default_model(), cache))
    if not indexes_are_cached:  # token vectors and those of single texts are enough
        monkeypatch.setattr(IndexCache, "get", lambda *_: None)
    again = compare(
        [document], QUESTION, strategies, answers=True, vectors=Vectors(Silent(), ArrayCache(tmp_path, 10**9))
    )
    for before, after in zip(first.columns, again.columns, strict=True):
        assert after.hits == before.hits
        assert after.answer == before.answer


def test_damaged_token_vectors_are_read_again(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategies = [preset(LATE[0])]
    first = compare([document], QUESTION, strategies, vectors=Vectors(default_model(), ArrayCache(tmp_path, 10**9)))
    monkeypatch.setattr(IndexCache, "get", lambda *_: None)
    damaged = list(tmp_path.glob("*.arrays"))
    assert damaged
    for path in damaged:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
    again = compare([document], QUESTION, strategies, vectors=Vectors(default_model(), ArrayCache(tmp_path, 10**9)))
    assert again.columns[0].hits == first.columns[0].hits


def test_an_unknown_pooling_names_the_valid_ones() -> None:
    with pytest.raises(UserError, match=r"search\.pooling='max'.*'late', 'per_chunk' or 'mean'"):
        preset("baseline:search.pooling=max")


def test_the_overlap_of_windows_affects_late_pooling_only(document: Document, model_vectors: Vectors) -> None:
    specs = [
        f"baseline:chunker.chunk_tokens=64,search.pooling={pooling},search.window_overlap_percent={percent}"
        for pooling in ("late", "per_chunk")
        for percent in (0, 75)
    ]
    found = compare([document], QUESTION, list(map(preset, specs)), vectors=model_vectors).columns
    scores = [[hit.score for hit in column.hits] for column in found]
    assert scores[0] != scores[1]
    assert scores[2] == scores[3]


LEVELS = [
    Entry("text", Span(0, 23), windows=(Span(0, 6), Span(0, 23))),
    Entry("text", Span(24, 40), (Span(24, 40),) * 2),
]


def test_vectors_are_those_of_the_entries_that_are_asked_for(document: Document) -> None:
    vectors = ColumnVectors(Vectors(TinyModel()), Pools("per_chunk"))
    both = vectors.of_entries(LEVELS, [document])
    assert np.array_equal(vectors.of_entries(LEVELS[1:], [document]).matrix, both.matrix[:, 1:])
    assert vectors.of_entries(LEVELS, [document]).matrix.shape == (2, 2, DIMENSIONS)


def test_the_texts_of_all_levels_are_embedded_at_once(document: Document) -> None:
    model = TinyModel()
    vectors = ColumnVectors(Vectors(model), Pools("per_chunk"))
    texts = vectors.texts_of_entries(LEVELS, [document])
    assert texts == [TEXT[0:6], TEXT[24:40], TEXT[0:23], TEXT[24:40]]
    vectors.prepare(texts)
    embedded = list(model.embedded)
    vectors.of_entries(LEVELS, [document])
    assert model.embedded == embedded


@pytest.mark.parametrize("pooling", ["late", "per_chunk", "mean"])
def test_an_entry_with_a_lead_is_embedded_alone(document: Document, pooling: Pooling) -> None:
    span = Span(0, 23)
    entries = [Entry("chunk", span, (span,), lead="About otters."), Entry("chunk", span, (span,))]
    vectors = ColumnVectors(Vectors(TinyModel()), Pools(pooling))
    matrix = vectors.of_entries(entries, [document]).matrix[0]
    [alone] = vectors.of_texts([f"About otters.\n{TEXT[:23]}"])
    assert np.array_equal(matrix[0], alone)
    assert not np.allclose(matrix[0], matrix[1])


def test_entries_with_leads_have_levels_too(document: Document) -> None:
    vectors = ColumnVectors(Vectors(TinyModel()), Pools("late"))
    led = [dataclasses.replace(entry, lead="About otters.") for entry in LEVELS]
    assert vectors.texts_of_entries(led, [document])[0] == f"About otters.\n{TEXT[:6]}"
    plain, matrix = vectors.of_entries(LEVELS, [document]), vectors.of_entries(led, [document]).matrix
    assert not np.allclose(matrix @ matrix[0, 0], plain.scores(matrix[0, 0]))

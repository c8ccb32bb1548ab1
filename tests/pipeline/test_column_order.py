"""Columns come as soon as they are ready: none waits for what only another one needs."""

import pytest

from rag_core import preset
from rag_core.cache import ArrayCache
from rag_core.embeddings.vectors import Vectors
from rag_core.pipeline.compare import compare_columns
from tests.fakes.tiny_model import TinyModel

TEXT = "Otters hold hands while they sleep.\n\nBees dance. Honey keeps for years.\n\nThey eat sea urchins. " * 20
SIZE = "chunker.chunk_tokens=32,chunker.overlap_tokens=0"
PER_CHUNK, LATE = f"baseline:{SIZE},search.pooling=per_chunk", f"baseline:{SIZE},search.pooling=late"
KEY_PHRASES, CHILDREN = f"metadata_references:{SIZE}", f"chunk_references:{SIZE},reference.child_tokens=24"
OTHER_OVERLAP = f"{LATE},search.window_overlap_percent=25"
CENTRAL = f"{KEY_PHRASES},search.pooling=per_chunk"


def order_of(document, specs, vectors):
    ready = list(compare_columns([document], "What do otters eat?", list(map(preset, specs)), vectors=vectors))
    assert sorted(one.position for one in ready) == list(range(len(specs)))
    return [specs[one.position] for one in ready]


@pytest.fixture
def vectors(tmp_path):
    return Vectors(TinyModel(), ArrayCache(tmp_path, 10**9))


@pytest.mark.parametrize("is_read", [True, False])
def test_a_per_chunk_column_beside_two_late_ones_comes_last(is_read, text_document, vectors):
    document = text_document(TEXT)
    if is_read:
        vectors.token_vectors.read(document, 50)
    assert order_of(document, [PER_CHUNK, LATE, CHILDREN], vectors) == [LATE, CHILDREN, PER_CHUNK]


def test_key_phrases_that_are_embedded_alone_hold_up_no_other_column(text_document, vectors):
    assert order_of(text_document(TEXT), [KEY_PHRASES, LATE], vectors) == [LATE, KEY_PHRASES]


def test_a_column_with_a_cached_index_is_first(text_document, vectors):
    document = text_document(TEXT)
    order_of(document, [PER_CHUNK], vectors)
    assert order_of(document, [LATE, PER_CHUNK], vectors) == [PER_CHUNK, LATE]


def test_an_overlap_for_which_the_document_is_not_read_yet_comes_later(text_document, vectors):
    document = text_document(TEXT)
    vectors.token_vectors.read(document, 50)
    assert order_of(document, [OTHER_OVERLAP, LATE], vectors) == [LATE, OTHER_OVERLAP]


def test_texts_that_are_embedded_before_there_are_entries_come_last(text_document, vectors):
    assert order_of(text_document(TEXT), [CENTRAL, PER_CHUNK], vectors) == [PER_CHUNK, CENTRAL]


def test_a_column_whose_texts_are_embedded_already_does_not_wait_for_a_reading(text_document, vectors):
    document = text_document(TEXT)
    order_of(document, [PER_CHUNK], vectors)
    same_texts = f"{PER_CHUNK},chunker.overlap_tokens=1"
    assert order_of(document, [LATE, same_texts], vectors) == [same_texts, LATE]

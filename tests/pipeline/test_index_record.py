"""Serializing an index to arrays and back restores an equal index for any text."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag_core.cache import array_file
from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.coverage import Coverage
from rag_core.pipeline.index_record import IndexRecord
from rag_core.stages.entries import Entry
from rag_core.stages.entry_vectors import EntryVectors, RunVectors, VectorMatrix

ODD = ["", " ", "\0", "\ud800", "\ud83d", "\ude00", "水獭睡觉。", "🦦", "\U0001f3f3\ufe0f\u200d\U0001f308"]
ODD += ["a\r\nb\n", "\U0010ffff", "e\u0301", "\ufeff"]
TEXTS = st.text(st.characters(exclude_categories=()), max_size=40) | st.lists(st.sampled_from(ODD)).map("".join)
KINDS = st.sampled_from(["chunk", "child", "summary", "key phrase"]) | TEXTS.filter(lambda kind: "\n" not in kind)
COVERAGES = st.builds(Coverage, st.integers(0, 10**9), st.none() | st.integers(0, 10**9))


def document_of(number: int, text: str) -> Document:
    return Document(str(number), f"{number}.txt", "text", text, ())


def spans_of(text: str) -> st.SearchStrategy[Span]:
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    return ends.map(lambda pair: Span(*sorted(pair)))


def entries_of(documents: list[Document]) -> st.SearchStrategy[list[Entry]]:
    def of_document(number: int) -> st.SearchStrategy[Entry]:
        text = documents[number].text
        spans = spans_of(text)
        several = st.lists(spans, max_size=3).map(tuple)
        return st.builds(Entry, KINDS, spans, several, several, several, TEXTS, st.just(number), TEXTS, several)

    return st.lists(st.integers(0, len(documents) - 1).flatmap(of_document), max_size=6)


@st.composite
def vectors_of(draw: st.DrawFn, entries: int) -> EntryVectors:
    numbers = np.random.default_rng(draw(st.integers(0, 99)))
    levels, dimensions, units = (draw(st.integers(1, most)) for most in (3, 9, 20))
    if draw(st.booleans()):
        return VectorMatrix(numbers.normal(size=(levels, entries, dimensions)).astype(np.float32))
    first, last = np.sort(numbers.integers(0, units + 1, (2, levels, entries)).astype(np.int32), axis=0)
    norms = numbers.random((levels, entries), np.float32)
    return RunVectors(numbers.normal(size=(units, dimensions)).astype(np.float32), first, last, norms)


@st.composite
def records(draw: st.DrawFn) -> tuple[IndexRecord, list[Document]]:
    texts = draw(st.lists(TEXTS, min_size=1, max_size=4))
    documents = [document_of(number, text) for number, text in enumerate(texts)]
    chunks = [draw(st.lists(spans_of(text), max_size=4)) for text in texts]
    entries = draw(entries_of(documents))
    return IndexRecord(chunks, entries, draw(COVERAGES), draw(st.none() | vectors_of(len(entries)))), documents


def on_disk_and_back(record: IndexRecord) -> IndexRecord:
    pieces = array_file.pack("key", record.to_arrays())
    return IndexRecord.from_arrays(array_file.read(io.BytesIO(b"".join(pieces)), "key"))


def same(one: IndexRecord, other: IndexRecord) -> bool:
    """Whether two records are equal, including types, since numpy's integers cannot be serialized as JSON."""
    if one.vectors is None or other.vectors is None:
        return one.vectors is other.vectors and repr(one) == repr(other)
    ours, theirs = one.vectors.to_arrays(), other.vectors.to_arrays()
    equal = type(one.vectors) is type(other.vectors) and ours.keys() == theirs.keys()
    equal = equal and all(same_array(array, theirs[name]) for name, array in ours.items())
    return equal and repr(one._replace(vectors=None)) == repr(other._replace(vectors=None))


def same_array(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return np.array_equal(one, other) and one.dtype == other.dtype


def matrix(vectors: NDArray[Any]) -> VectorMatrix:
    return VectorMatrix(vectors.astype(np.float32))


PAIR = [document_of(0, ""), document_of(1, "水獭🦦")]
HALVES = [Entry("summary", Span(0, 3), written=half, document=1) for half in ("\ud83d", "\ude00", "", "\0")]


@given(records())
@example((IndexRecord([[]], [], Coverage(0, 0), matrix(np.zeros((1, 0, 384)))), PAIR[:1]))
@example((IndexRecord([[], [Span(0, 3)]], [], Coverage(2, None), None), PAIR))
@example((IndexRecord([[], [Span(0, 3)]], HALVES, Coverage(2, 1), matrix(np.eye(4)[None])), PAIR))
def test_a_record_is_restored(drawn: tuple[IndexRecord, list[Document]]) -> None:
    record, _ = drawn
    again = on_disk_and_back(record)
    assert again.entries == record.entries
    assert again.chunks == record.chunks
    assert again.coverage == record.coverage
    assert same(again, record)


def test_only_text_that_is_not_in_the_document_is_stored() -> None:
    entries = [Entry("chunk", Span(0, 9), (Span(start, start + 3000),)) for start in range(0, 30_000, 10)]
    written = [Entry("key phrase", Span(0, 9), written=f"phrase {number}") for number in range(100)]
    record = IndexRecord([[Span(0, 9)]], entries + written, Coverage(1, 0), None)
    assert sum(array.nbytes for array in record.to_arrays().values()) < 200_000
    assert same(on_disk_and_back(record), record)


def test_arrays_contain_only_numbers() -> None:
    record = IndexRecord([[], [Span(0, 3)]], HALVES, Coverage(2, 1), matrix(np.eye(4)[None]))
    assert {array.dtype.kind for array in record.to_arrays().values()} <= set("iuf")


@pytest.mark.parametrize("truncated", [0, 1, None])
def test_unknown_coverage_differs_from_zero(truncated: int | None) -> None:
    record = IndexRecord([[]], [], Coverage(7, truncated), None)
    assert on_disk_and_back(record).coverage == Coverage(7, truncated)

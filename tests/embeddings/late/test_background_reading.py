"""A document is read in the background for as long as somebody wants it, and no longer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core.cache import ArrayCache
from rag_core.embeddings.late.token_pass import token_pass
from rag_core.embeddings.late.token_vector_store import TokenVectorStore
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors, Pools
from tests.fakes.gated_model import GatedModel, passes_end
from tests.fakes.tiny_model import TinyModel

BATCHES = 3
TEXT = "Otters hold hands while they sleep. " * 700  # 5,600 tokens in windows of 10 that share 5: BATCHES batches
MANY = 100 * BATCHES


class Interrupted(Exception):
    """What a click in the page raises in the script that waits."""


def store_of(model, folder=None):
    return TokenVectorStore(model, ArrayCache(folder or Path(), 10**9 if folder else 0))


def windows_of(text):
    """How many windows one pass reads."""
    model = TinyModel()
    token_pass(text, model)
    return len(model.read)


def is_right(tokens, text):
    return np.array_equal(tokens.vectors, token_pass(text, TinyModel()).vectors)


@pytest.fixture
def document(text_document):
    return text_document(TEXT)


@pytest.fixture
def model():
    model = GatedModel()
    yield model
    model.let(MANY)
    passes_end()


@pytest.fixture
def threads():
    with ThreadPoolExecutor(4) as pool:
        yield pool


def waiting_reader(threads, store, document, report=None):
    """A thread that waits in `read`; returns its result-to-be once it waits."""
    waits = threading.Event()

    def note(progress):
        waits.set()
        if report:
            report()

    found = threads.submit(store.read, document, 50, note)
    assert waits.wait(60)
    return found


def test_a_question_asked_later_meets_a_document_that_was_read(document, model):
    store = store_of(model)
    store.begin(document, 50, "session")  # returns, though no batch is let yet
    model.arrives()
    model.let(BATCHES)
    passes_end()
    assert store.has(document, 50)
    assert is_right(store.read(document, 50), TEXT)
    assert len(model.read) == windows_of(TEXT)


def test_a_question_asked_meanwhile_waits_for_the_pass_that_is_running(document, model, threads):
    store = store_of(model)
    store.begin(document, 50, "session")
    found = waiting_reader(threads, store, document)
    store.begin(document, 50, "another session")
    model.let(BATCHES)
    assert is_right(found.result(60), TEXT)
    assert len(model.read) == windows_of(TEXT)


def test_spans_of_a_document_that_is_being_read_wait_for_its_pass(document, model, threads):
    vectors = Vectors(model)
    vectors.token_vectors.begin(document, 50, "session")
    model.arrives()
    spans = [Span(0, 35), Span(36, 400)]
    found = threads.submit(ColumnVectors(vectors, Pools("late", 50)).of_spans, document, spans)
    model.let(BATCHES)
    assert np.array_equal(found.result(60), token_pass(TEXT, TinyModel()).pool(spans))
    assert len(model.read) == windows_of(TEXT)


def test_the_last_holder_that_leaves_ends_the_pass(document, model, tmp_path):
    store = store_of(model, tmp_path)
    for session in ("one", "two"):
        store.begin(document, 50, session)
    model.arrives()
    store.release("one")
    model.let(1)
    model.arrives()  # the second batch comes, since session two still wants it
    store.release("two")
    model.let(1)
    passes_end()
    assert 0 < len(model.read) < windows_of(TEXT)
    assert not store.has(document, 50)
    assert not list(tmp_path.glob("*.arrays"))


def test_after_a_cancelled_pass_a_new_one_starts_from_the_beginning(document, model, tmp_path):
    store = store_of(model, tmp_path)
    store.begin(document, 50, "session")
    model.arrives()
    store.release("session")
    model.let(1)
    passes_end()
    cancelled = len(model.read)
    store.begin(document, 50, "session")
    model.let(BATCHES)
    assert is_right(store.read(document, 50), TEXT)
    assert len(model.read) - cancelled == windows_of(TEXT)
    assert is_right(store_of(TinyModel(), tmp_path).read(document, 50), TEXT)


def test_who_comes_back_before_the_batch_ends_finds_the_same_pass(document, model):
    store = store_of(model)
    store.begin(document, 50, "session")
    model.arrives()
    store.release("session")
    store.begin(document, 50, "session")
    model.let(MANY)
    passes_end()
    assert store.has(document, 50)
    assert len(model.read) == windows_of(TEXT)


def test_who_waits_keeps_the_pass_alive(document, model, threads):
    store = store_of(model)
    store.begin(document, 50, "session")
    found = waiting_reader(threads, store, document)
    store.release("session")
    model.let(BATCHES)
    assert is_right(found.result(60), TEXT)


@pytest.mark.parametrize("held", [True, False])
def test_a_click_interrupts_the_wait_and_not_the_pass_of_a_session_that_is_there(document, model, threads, held):
    def click():
        raise Interrupted

    store = store_of(model)
    if held:
        store.begin(document, 50, "session")
    found = waiting_reader(threads, store, document, click)
    with pytest.raises(Interrupted):
        found.result(60)
    model.let(MANY)
    passes_end()
    assert store.has(document, 50) is held
    assert is_right(store.read(document, 50), TEXT)


def test_a_session_that_removes_a_document_keeps_the_others(text_document, model):
    store, kept, removed = store_of(model), text_document(TEXT), text_document(TEXT + "More.")
    for document in (kept, removed):
        store.begin(document, 50, "session")
        model.arrives()
    store.begin(kept, 25, "session")
    model.arrives()
    store.release("session", keep=[(kept, 50)])
    model.let(MANY)
    passes_end()
    assert [store.has(kept, 50), store.has(kept, 25), store.has(removed, 50)] == [True, False, False]


@pytest.mark.parametrize("error", [UserError("no such model"), ZeroDivisionError()])
def test_an_error_of_the_pass_reaches_who_waits(document, error):
    class Failing(TinyModel):
        tries = 0

        def encode_windows(self, windows, rows):
            self.tries += 1
            raise error

    model = Failing()
    store = store_of(model)
    for _ in range(3):  # as a page does in each of its runs
        store.begin(document, 50, "session")
        passes_end()
    assert model.tries == 1
    for tries in (2, 3):
        with pytest.raises(type(error)):
            store.read(document, 50)
        assert model.tries == tries


ACTS = st.lists(
    st.tuples(st.sampled_from(["begin", "read", "interrupt", "release", "keep"]), st.integers(0, 1), st.integers(0, 1)),
    max_size=8,
)


@settings(max_examples=25)
@given(st.lists(ACTS, min_size=2, max_size=4))
def test_whatever_threads_do_what_they_read_is_right_and_every_pass_ends(text_document, scripts):
    documents = [text_document(TEXT), text_document("Badgers dig. " * 1500)]
    store = store_of(TinyModel(), None)
    right = [token_pass(document.text, TinyModel()).vectors for document in documents]

    def interrupt(progress):
        raise Interrupted

    def run(acts):
        for act, number, holder in acts:
            document = documents[number]
            if act == "begin":
                store.begin(document, 50, holder)
            elif act == "read":
                assert np.array_equal(store.read(document, 50).vectors, right[number])
            elif act == "interrupt":
                with suppress(Interrupted):
                    store.read(document, 50, interrupt)
            else:
                store.release(holder, [(document, 50)] if act == "keep" else ())

    with ThreadPoolExecutor(len(scripts)) as threads:
        for done in [threads.submit(run, acts) for acts in scripts]:
            done.result(120)
    for holder in range(2):
        store.release(holder)
    passes_end()
    assert not store._jobs._jobs
    assert not store._jobs._held
    for document, vectors in zip(documents, right, strict=True):
        assert np.array_equal(store.read(document, 50).vectors, vectors)

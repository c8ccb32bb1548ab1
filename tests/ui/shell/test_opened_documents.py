"""The model reads what a session has open, from the page's first run until the session removes it or leaves."""

import gc
import threading
from pathlib import Path
from weakref import ref

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.cache import ArrayCache
from rag_core.embeddings.late.token_vector_store import TokenVectorStore
from rag_core.embeddings.vectors import Vectors
from rag_core.strategy.specs import preset
from rag_core.ui.shell import wanted
from rag_core.ui.shell.reading import Reading
from rag_core.ui.shell.session_work import SessionWork
from tests.fakes.gated_model import GatedModel, passes_end
from tests.fakes.tiny_model import TinyModel
from tests.fakes.toy_parser import ToyParser
from tests.waiting import wait_until

TEXT = "Otters hold hands while they sleep. " * 700
MANY = 1000
others: set[threading.Thread] = set()  # that watch the sessions of other tests
LATE, PER_CHUNK = "baseline:search.window_overlap_percent=50", "baseline:search.pooling=per_chunk"


@pytest.fixture
def model():
    model = GatedModel()
    yield model
    model.let(MANY)
    passes_end()


@pytest.fixture
def store(model):
    return TokenVectorStore(model, ArrayCache(Path(), 0))


@pytest.fixture
def connected():
    return {"one", "two"}


@pytest.fixture
def holds(connected):
    others.update(watchers())
    holds = SessionWork(connected.__contains__, lambda: False, poll_s=0.01, grace_s=0.05, forget_s=0.1)
    yield holds
    connected.clear()
    holds._forget_s = 0
    watcher_ends()


def watcher_ends():
    for thread in watchers():
        thread.join(60)
        assert not thread.is_alive()


def watchers():
    return [t for t in threading.enumerate() if t.name == "watch-sessions" and t not in others]


def test_the_last_session_that_leaves_ends_the_pass(text_document, model, store, holds, connected):
    document = text_document(TEXT)
    for session in ("one", "two"):
        holds.replace(session, "reading", Reading(store, [(document, 50)]))
    assert len(watchers()) == 1
    model.arrives()
    connected.clear()
    watcher_ends()
    model.let(MANY)
    passes_end()
    assert not store.has(document, 50)


def test_a_pass_goes_on_for_the_session_that_stays(text_document, model, store, holds, connected):
    document, other = text_document(TEXT), text_document(TEXT + "More.")
    holds.replace("one", "reading", Reading(store, [(document, 50), (other, 50)]))
    holds.replace("two", "reading", Reading(store, [(document, 50)]))
    model.arrives()
    model.arrives()
    connected.remove("one")
    while not holds._held["one"].is_away:
        threading.Event().wait(0.01)
    model.let(MANY)
    passes_end()
    assert store.has(document, 50)
    assert not store.has(other, 50)
    assert len(watchers()) == 1


def test_a_connection_lost_for_a_moment_is_no_leaving(text_document, model, store):
    document, answers = text_document(TEXT), iter([False, False, True, False, True])
    asked = threading.Event()

    def is_connected(session):
        answer = next(answers, None)
        if answer is None:
            asked.set()
        return answer is not False

    SessionWork(is_connected, lambda: False, poll_s=0.01, grace_s=60, forget_s=120).replace(
        "one", "reading", Reading(store, [(document, 50)])
    )
    assert asked.wait(60)
    model.let(MANY)
    passes_end()
    assert store.has(document, 50)


def test_a_session_that_comes_back_goes_on(text_document, model, store, holds, connected):
    document = text_document(TEXT)
    holds._forget_s = 60
    holds.replace("one", "reading", Reading(store, [(document, 50)]))
    model.arrives()
    connected.remove("one")
    while not holds._held["one"].is_away:
        threading.Event().wait(0.01)
    model.let(1)
    passes_end()
    assert not store.has(document, 50)
    connected.add("one")
    model.arrives()
    model.let(MANY)
    passes_end()
    assert store.has(document, 50)


def test_a_script_that_goes_on_after_its_session_has_left_begins_nothing(text_document, model, store, holds, connected):
    connected.remove("one")
    holds._forget_s = 60
    holds.replace("one", "reading", Reading(store, []))
    while not holds._held["one"].is_away:
        threading.Event().wait(0.01)
    holds.replace("one", "reading", Reading(store, [(text_document(TEXT), 50)]))
    passes_end()
    assert not model.read


def test_while_the_server_starts_readings_wait_and_the_latest_are_begun(text_document, model, store, connected):
    starting, wanted, removed = threading.Event(), text_document(TEXT), text_document(TEXT + "More.")
    starting.set()
    holds = SessionWork(connected.__contains__, starting.is_set, poll_s=0.01, grace_s=60, forget_s=120)
    model.let(MANY)
    for document in (removed, wanted):
        holds.replace("one", "reading", Reading(store, [(document, 50)]))
    passes_end()
    assert not model.read
    starting.clear()
    while not store.has(wanted, 50):
        threading.Event().wait(0.01)
    passes_end()
    assert not store.has(removed, 50)


def test_removing_a_document_ends_its_pass(text_document, model, store, holds):
    kept, removed = text_document(TEXT), text_document(TEXT + "More.")
    holds.replace("one", "reading", Reading(store, [(kept, 50), (removed, 50)]))
    model.arrives()
    model.arrives()
    holds.replace("one", "reading", Reading(store, [(kept, 50)]))
    model.let(MANY)
    passes_end()
    assert [store.has(document, 50) for document in (kept, removed)] == [True, False]


@pytest.mark.parametrize("other", [None, TokenVectorStore(TinyModel("other"), ArrayCache(Path(), 0))])
def test_choosing_another_model_ends_the_pass(text_document, model, store, holds, other):
    document = text_document(TEXT)
    holds.replace("one", "reading", Reading(store, [(document, 50)]))
    model.arrives()
    holds.replace("one", "reading", other and Reading(other, [(document, 50)]))
    model.let(MANY)
    passes_end()
    assert not store.has(document, 50)
    assert other is None or other.has(document, 50)


def test_a_model_that_nothing_else_uses_is_not_kept_in_memory(text_document, holds):
    store = TokenVectorStore(TinyModel(), ArrayCache(Path(), 0))
    holds.replace("one", "reading", Reading(store, [(text_document(TEXT), 50)]))
    passes_end()
    gone = ref(store)
    del store
    gc.collect()
    assert gone() is None


def page():
    import streamlit as st

    from rag_core.ui.shell import reading

    reading.hold(**st.session_state["held"])


@pytest.fixture
def run_page():
    app = AppTest.from_function(page, default_timeout=60)

    def run(documents, specs, vectors):
        app.session_state["held"] = {
            "documents": documents,
            "strategies": [preset(spec) for spec in specs],
            "vectors": vectors,
        }
        app.run()
        assert not app.exception
        passes_end()

    return run


def test_a_page_has_its_documents_read_for_the_columns_that_pool_late(text_document, run_page):
    documents, vectors = [text_document(TEXT), text_document("Badgers dig.")], Vectors(TinyModel())
    run_page(documents, [LATE, "baseline:search.window_overlap_percent=25", "baseline"], vectors)
    for document in documents:
        assert [vectors.token_vectors.has(document, overlap) for overlap in (50, 25, 75)] == [True, True, False]


@pytest.mark.parametrize("poolings", [("late", "per_chunk"), ("per_chunk",)])
def test_nothing_is_read_where_no_column_pools_late_or_the_model_is_behind_a_server(text_document, run_page, poolings):
    model = type("Model", (TinyModel,), {"poolings": poolings})()
    run_page([text_document(TEXT)], [LATE if poolings == ("per_chunk",) else PER_CHUNK], Vectors(model))
    assert not model.read
    assert model._started is None, "it was not even loaded"


@pytest.mark.parametrize(("parser", "read"), [("default", True), ("pdfium", True), ("toy", False)])
def test_a_document_that_another_parser_reads_again_is_left_to_the_comparison(
    text_document, run_page, register_part, parser, read
):
    register_part(ToyParser)
    document, vectors = text_document(TEXT), Vectors(TinyModel())
    run_page([document], [f"{LATE},parser.kind={parser}"], vectors)
    assert vectors.token_vectors.has(document, 50) is read


def test_a_page_without_a_model_holds_nothing(text_document, run_page):
    vectors = Vectors(TinyModel())
    run_page([text_document(TEXT)], [LATE], vectors)
    [held] = wanted.sessions._held.values()
    assert "reading" in held.works
    run_page([text_document(TEXT)], [LATE], None)
    assert "reading" not in held.works


def test_without_a_server_no_session_is_connected():
    assert not wanted.is_connected("session")


def test_a_fault_of_one_session_leaves_the_others_looked_after(holds, connected, caplog):
    class Faulty:
        key = "faulty"

        def begin(self):
            """It begins."""

        def end(self):
            raise OSError("the disk is gone")

    class Sound:
        key = "sound"
        ended = False

        def begin(self):
            """It begins."""

        def end(self):
            self.ended = True

    sound = Sound()
    holds.replace("one", "work", Faulty())
    holds.replace("two", "work", sound)
    connected.clear()
    wait_until(lambda: sound.ended)
    assert "could not be begun or ended" in caplog.text

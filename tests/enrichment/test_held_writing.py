"""A job goes on as long as somebody waits for its texts, and is begun again by who comes back."""

from dataclasses import replace

import pytest

from rag_core.pipeline.enrichment import (
    WritingRequest,
    hold_writing,
    release_writing,
    start_writing,
    writing_job,
    writing_key,
)
from tests.enrichment.village import strategy_of, vectors_in
from tests.fakes.fake_model import FakeModel
from tests.waiting import wait_until


@pytest.fixture
def llm():
    return FakeModel(max_answers=3)


@pytest.fixture
def request_of(document, llm, tmp_path):
    return WritingRequest(strategy_of(), [document], llm, vectors_in(tmp_path))


@pytest.fixture
def job(request_of, llm):
    job = start_writing(*request_of)
    wait_until(lambda: len(llm.answered) == 3)
    return job


def test_the_last_one_who_leaves_stops_the_calls(request_of, job, llm):
    for holder in ("one", "two"):
        hold_writing(writing_key(request_of), request_of, holder)
    release_writing(writing_key(request_of), "one")
    assert job.state == "running"
    release_writing(writing_key(request_of), "two")
    assert job.state == "stopped"
    wait_until(lambda: llm.at_once == 0)


def test_who_comes_back_has_the_rest_written(request_of, job, llm):
    hold_writing(writing_key(request_of), request_of, "one")
    release_writing(writing_key(request_of), "one")
    wait_until(lambda: llm.at_once == 0)
    llm._max_answers = None
    hold_writing(writing_key(request_of), request_of, "one")
    wait_until(lambda: writing_job(*request_of) is not job)
    again = writing_job(*request_of)
    again.wait()
    assert len(llm.answered) == len(set(llm.answered)) == 12
    release_writing(writing_key(request_of), "one")


@pytest.mark.parametrize("end", ["stop", "pause"])
def test_what_the_user_has_ended_or_paused_stays_so(request_of, job, llm, end):
    hold_writing(writing_key(request_of), request_of, "one")
    getattr(job, end)()
    state = job.state
    release_writing(writing_key(request_of), "one")
    hold_writing(writing_key(request_of), request_of, "one")
    assert writing_job(*request_of) is job
    assert job.state == state
    job.stop()


def test_texts_measured_in_another_tokenizer_are_another_job(request_of):
    documents = [replace(document, tokenizer="minilm") for document in request_of.documents]
    assert writing_key(request_of._replace(documents=documents)) != writing_key(request_of)


def test_who_leaves_before_the_rest_is_begun_leaves_nothing_running(request_of, job, llm):
    key = writing_key(request_of)
    hold_writing(key, request_of, "one")
    release_writing(key, "one")
    wait_until(lambda: llm.at_once == 0)
    hold_writing(key, request_of, "one")
    release_writing(key, "one")
    wait_until(lambda: writing_job(*request_of).state == "stopped" and llm.at_once == 0)

"""Summaries and questions from servers: a real one, slow ones, busy ones, and some that fail."""

import asyncio
import json

import pytest

from rag_core import compare
from rag_core.enrichment.questions import questions_of
from rag_core.errors import UserError
from rag_core.llms.adaptive_concurrency import AdaptiveConcurrency
from rag_core.llms.base import LlmError
from rag_core.llms.choice import LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.pipeline.enrichment import estimate, export_json, missing, start_writing, status
from tests.enrichment.kill_worker import TEXT
from tests.enrichment.village import strategy_of, vectors_in, wrote
from tests.fakes.chat_server import ChatServer
from tests.fakes.fake_model import FakeModel
from tests.fakes.openai_server import ANSWER, OpenAIServer
from tests.waiting import wait_until

KEY = "sk-of-nobody-1234567890"


@pytest.fixture
def vectors(tmp_path):
    return vectors_in(tmp_path / "cache")


def model_at(server: OpenAIServer, name: str, **options):
    return llm_of(LlmChoice("openai-like", name, server.base_url, **options), KEY)


def test_a_server_of_fixed_latency_is_asked_eight_at_a_time(hostile, text_document, vectors):
    latency_s = 0.4
    llm, documents = model_at(hostile, f"slow:{latency_s}"), [text_document(TEXT, "big.md")]
    assert len(missing(strategy_of(2), documents, llm, vectors)) == 60
    job = wrote(strategy_of(2), documents, llm, vectors)
    assert (job.done, job.failures, hostile.record.max_concurrent) == (60, [], 8)
    assert estimate(strategy_of(3), documents, llm, vectors).seconds >= 30 / 8 * latency_s


@pytest.mark.parametrize(("name", "asked"), [("429:0.2", 24), ("500-twice", 36)])
def test_a_busy_server_is_asked_again(hostile, document, vectors, name, asked):
    llm = model_at(hostile, name)
    job = wrote(strategy_of(2), [document], llm, vectors)
    assert (job.state, job.failures, len(hostile.requests)) == ("done", [], asked)
    assert status(strategy_of(2), [document], llm, vectors).complete == 6


def test_waiting_for_a_busy_server_is_shown(hostile, document, vectors):
    job = start_writing(strategy_of(0), [document], model_at(hostile, "429:0.6"), vectors)
    waited = []
    job.wait(lambda _: waited.append(job.waiting_s))
    assert 0 < max(waited) <= 0.6
    assert job.waiting_s == 0


@pytest.mark.parametrize(("name", "why"), [("400", "too long"), ("html", "/v1"), ("only-reasons", "reasoning")])
def test_permanent_failures_are_listed_once_per_call(hostile, document, vectors, name, why):
    job = wrote(strategy_of(1), [document], model_at(hostile, name), vectors)
    assert (job.state, len(job.failures), len(hostile.requests)) == ("done", 12, 12)
    assert {failure.chunk for failure in job.failures} == {1, 2, 3, 4, 5, 6}
    for failure in job.failures:
        assert why in failure.sentence
        assert KEY not in failure.sentence


@pytest.mark.parametrize("name", ["401", "403", "404"])
def test_fatal_errors_end_the_job_at_once(hostile, document, vectors, name):
    job = start_writing(strategy_of(2), [document], model_at(hostile, name), vectors)
    with pytest.raises(UserError) as caught:
        job.wait()
    assert (job.state, job.failures) == ("failed", [])
    assert len(hostile.requests) <= 8
    assert KEY not in str(caught.value)


def test_an_endless_answer_is_truncated(hostile, document, vectors):
    llm = model_at(hostile, "endless", answer_tokens=50)
    job = wrote(strategy_of(0), [document], llm, vectors)
    assert job.failures == []
    nodes = json.loads(export_json(strategy_of(0), [document], llm, vectors))
    assert all(10 < len(entry["section_summary"]) < 5000 for entry in nodes.values())


def test_thoughts_of_a_model_are_not_written(hostile, document, vectors):
    llm = model_at(hostile, "thinks")
    wrote(strategy_of(0), [document], llm, vectors)
    nodes = json.loads(export_json(strategy_of(0), [document], llm, vectors))
    assert {entry["section_summary"] for entry in nodes.values()} == {ANSWER}


def test_stopping_closes_the_connections(hostile, document, vectors):
    job = start_writing(strategy_of(2), [document], model_at(hostile, "hang"), vectors)
    wait_until(lambda: hostile.record.at_once == 8)
    job.stop()
    wait_until(lambda: hostile.record.at_once == 0)
    assert hostile.record.aborted == 8


class OneAtATime(FakeModel):
    """As a server on one's own machine, which has the other calls wait until they are given up."""

    def __init__(self):
        super().__init__()
        self._turn = asyncio.Lock()
        self.timeout_s, self.busy_s = 0.5, 0.3

    async def complete(self, prompt, max_tokens=None):
        try:
            async with asyncio.timeout(self.timeout_s), self._turn:
                await asyncio.sleep(self.busy_s)
        except TimeoutError:
            raise LlmError("No answer in time.", retryable=True, retry_after_s=0.0) from None
        return await super().complete(prompt, max_tokens)


def test_a_server_that_answers_one_at_a_time_is_not_swamped(document, vectors, monkeypatch):
    monkeypatch.setattr(AdaptiveConcurrency, "min_silence_s", 0.4)
    llm = OneAtATime()
    job = wrote(strategy_of(0), [document], llm, vectors)
    assert (job.state, job.failures) == ("done", [])
    assert job._lanes.open == 1


def test_interrupted_streams_do_not_reduce_concurrency(hostile, document, vectors, monkeypatch):
    monkeypatch.setattr(AdaptiveConcurrency, "min_silence_s", 0.0)
    job = start_writing(strategy_of(0), [document], model_at(hostile, "cut"), vectors)
    wait_until(lambda: len(hostile.requests) >= 12)
    assert job._lanes.open == 8
    job.stop()


def test_a_server_that_never_answers_times_out(hostile, document, vectors, monkeypatch):
    """Six tries of every call, one after the other, would take hours at the usual time limit."""
    monkeypatch.setattr(AdaptiveConcurrency, "min_silence_s", 0.1)
    monkeypatch.setattr(AdaptiveConcurrency, "poll_s", 0.01)
    job = start_writing(strategy_of(2), [document], model_at(hostile, "hang", timeout_s=0.2), vectors)
    with pytest.raises(UserError, match="This happened 3 times in a row, with one call at a time"):
        job.wait()
    assert job.state == "failed"
    assert len(hostile.requests) <= 8 + 4 + 2 + 3 + 8


def test_a_real_server_writes_and_what_it_writes_is_found(chat_server: ChatServer, text_document, vectors):
    document = text_document("Otters sleep on their backs and hold hands.\n\n" * 3, "otters.md")
    llm = llm_of(LlmChoice("openai-like", "smollm2", chat_server.base_url, answer_tokens=40))
    strategy = strategy_of(2)
    job = wrote(strategy, [document], llm, vectors)
    assert (job.state, job.failures, job.total) == ("done", [], 2)
    [entry] = json.loads(export_json(strategy, [document], llm, vectors)).values()
    assert entry["section_summary"]
    questions = questions_of(entry["questions_this_excerpt_can_answer"])
    [column] = compare([document], "What do otters do?", [strategy], vectors=vectors, llm=llm).columns
    assert column.counts.entries == 1 + len(questions[:2]) + 1
    kinds = {via.kind for hit in column.hits for via in hit.via}
    assert kinds <= {"summary", "question", "chunk"}

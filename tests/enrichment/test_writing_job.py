"""A model writes in the background: eight calls at a time, each kept, none made twice, failures listed."""

import threading
import time

import pytest

from rag_core.enrichment import job as job_module
from rag_core.errors import UserError
from rag_core.llms.base import LlmError
from rag_core.pipeline.enrichment import missing, start_writing, status, writing_job
from rag_core.progress import Progress
from tests.enrichment.village import TOPICS, about, strategy_of, vectors_in, wrote
from tests.fakes.fake_model import FakeModel
from tests.resources import RESOURCES
from tests.waiting import wait_until

BUSY = LlmError("The server is busy.", status=429, retryable=True, retry_after_s=0.0)
REFUSED = LlmError("The server refused this text.", status=400)
NO_KEY = LlmError("The server rejected the API key. Check it.", status=401, fatal=True)


@pytest.fixture
def vectors(tmp_path):
    return vectors_in(tmp_path)


@pytest.fixture
def big(text_document):
    """Thirty chunks, so sixty calls."""
    return text_document(about([f"{topic}{suffix}" for suffix in ("", "xx") for topic in TOPICS][:30]), "big.md")


def test_a_summary_and_questions_of_every_chunk_are_written_once(document, vectors):
    llm = FakeModel()
    strategy = strategy_of(questions=2)
    assert len(missing(strategy, [document], llm, vectors)) == 12
    job = wrote(strategy, [document], llm, vectors)
    assert (job.state, job.done, job.total, job.failures, job.error) == ("done", 12, 12, [], None)
    assert len(set(llm.asked)) == len(llm.asked) == 12
    found = status(strategy, [document], llm, vectors)
    assert (found.chunks, found.complete, found.texts, found.written) == (6, 6, 12, 12)
    assert found.models == {"fake at localhost": 12}
    assert missing(strategy, [document], llm, vectors) == []
    again = wrote(strategy, [document], llm, vectors)
    assert (again.state, again.total, len(llm.asked)) == ("done", 0, 12)


def test_without_questions_no_questions_are_asked_for(document, vectors):
    llm = FakeModel()
    wrote(strategy_of(questions=0), [document], llm, vectors)
    assert len(llm.asked) == 6
    assert not [prompt for prompt in llm.asked if "questions" in prompt]
    assert status(strategy_of(questions=0), [document], llm, vectors).complete == 6


def test_the_prompts_are_those_of_llama_index(document, vectors):
    from llama_index.core.extractors import QuestionsAnsweredExtractor, SummaryExtractor
    from llama_index.core.llms import MockLLM
    from llama_index.core.prompts import PromptTemplate

    llm = FakeModel()
    strategy = strategy_of(questions=3)
    wrote(strategy, [document], llm, vectors)
    expected = set()
    for start, end in strategy.chunker.chunk(document, RESOURCES):
        text = document.text[start:end]
        summary = PromptTemplate(SummaryExtractor(llm=MockLLM()).prompt_template)
        questions = PromptTemplate(QuestionsAnsweredExtractor(llm=MockLLM()).prompt_template)
        expected.add(summary.format(context_str=text))
        expected.add(questions.format(context_str=text, num_questions=3))
    assert set(llm.asked) == expected


def test_another_number_of_questions_keeps_the_summaries(document, vectors):
    llm = FakeModel()
    wrote(strategy_of(questions=2), [document], llm, vectors)
    del llm.asked[:]
    wrote(strategy_of(questions=3), [document], llm, vectors)
    assert len(llm.asked) == 6
    assert all("generate 3 questions" in prompt for prompt in llm.asked)


def test_two_jobs_at_once_make_the_call_that_both_want_once(document, vectors):
    llm = FakeModel(latency_s=0.3)
    jobs = [start_writing(strategy_of(questions), [document], llm, vectors) for questions in (0, 2, 3)]
    for job in jobs:
        job.wait()
    assert len(llm.asked) == len(set(llm.asked)) == 3 * 6
    assert [job.done for job in jobs] == [6, 12, 12]


def test_later_callers_find_the_running_job(document, vectors):
    llm = FakeModel(latency_s=0.05)
    strategy = strategy_of()
    assert writing_job(strategy, [document], llm, vectors) is None
    job = start_writing(strategy, [document], llm, vectors)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(start_writing(strategy, [document], llm, vectors)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one is job for one in found] == [True] * 4
    assert writing_job(strategy_of(more="budget.hits=7"), [document], llm, vectors) is job, "its chunks are the same"
    assert writing_job(strategy_of(3), [document], llm, vectors) is None
    assert writing_job(strategy, [document], FakeModel("another"), vectors) is None
    job.wait()
    assert writing_job(strategy, [document], llm, vectors) is job, "its failures are still to be seen"
    assert len(llm.asked) == 12


def test_another_model_writes_its_own(document, vectors):
    first, second = FakeModel("first"), FakeModel("second")
    wrote(strategy_of(), [document], first, vectors)
    assert status(strategy_of(), [document], second, vectors).written == 0
    wrote(strategy_of(), [document], second, vectors)
    assert len(second.asked) == 12


def test_sixty_calls_of_a_slow_server_go_eight_at_a_time(big, vectors):
    llm = FakeModel(latency_s=0.1)
    job = wrote(strategy_of(), [big], llm, vectors)
    assert (len(llm.asked), llm.max_concurrent, job.state) == (60, 8, "done")


def test_progress_tells_what_is_left(big, vectors):
    llm = FakeModel(latency_s=0.05)
    job = start_writing(strategy_of(), [big], llm, vectors)
    reports: list[Progress] = []
    job.wait(reports.append)
    assert all(report.total == 60 for report in reports)
    assert [report.done for report in reports] == sorted(report.done for report in reports)
    known = [report for report in reports if report.done]
    assert known
    assert all(report.remaining_ms is not None for report in known)
    assert job.progress() == Progress("Writing summaries and question lists", 60, 60, 0.0)


def test_before_the_first_call_ends_the_remaining_time_is_unknown(document, vectors):
    job = start_writing(strategy_of(), [document], FakeModel(latency_s=0.2), vectors)
    assert job.progress().remaining_ms is None
    job.stop()


def test_a_paused_job_begins_no_call_and_resumes_where_it_was(big, vectors):
    llm = FakeModel(latency_s=0.03)
    job = start_writing(strategy_of(), [big], llm, vectors)
    wait_until(lambda: job.done >= 8)
    job.pause()
    assert job.state == "paused"
    wait_until(lambda: llm.at_once == 0)
    time.sleep(0.05)
    asked, written = len(llm.asked), status(strategy_of(), [big], llm, vectors).written
    assert asked == written == job.done < 60, "what was going on was ended and kept"
    left_ms = job.progress().remaining_ms
    time.sleep(0.15)
    assert len(llm.asked) == asked
    assert job.progress().remaining_ms == left_ms, "a pause does not count"
    job.resume()
    assert job.state == "running"
    job.wait()
    assert len(llm.asked) == len(set(llm.asked)) == 60


def test_a_stopped_job_ends_at_once_and_its_texts_are_used(big, vectors):
    llm = FakeModel(latency_s=0.03)
    job = start_writing(strategy_of(), [big], llm, vectors)
    wait_until(lambda: job.done >= 8)
    job.stop()
    assert (job.state, job.ended) == ("stopped", True)
    job.wait()
    wait_until(lambda: llm.at_once == 0)
    written = status(strategy_of(), [big], llm, vectors).written
    assert 8 <= written < 60
    again = wrote(strategy_of(), [big], llm, vectors)
    assert again is not job
    assert again.total == 60 - written
    assert len(llm.answered) == len(set(llm.answered)) == 60


def test_a_job_can_be_stopped_before_it_began_and_while_it_is_paused(document, vectors):
    llm = FakeModel(latency_s=0.02)
    for pause in (False, True):
        job = start_writing(strategy_of(), [document], llm, vectors)
        if pause:
            job.pause()
        job.stop()
        assert job.state == "stopped"
        wait_until(lambda: llm.at_once == 0)
    assert wrote(strategy_of(), [document], llm, vectors).state == "done"


def test_a_temporary_failure_is_retried(document, vectors):
    llm = FakeModel()
    llm.errors = {topic: [BUSY, BUSY] for topic in TOPICS[:2]}
    job = wrote(strategy_of(), [document], llm, vectors)
    assert (job.failures, len(llm.asked), len(set(llm.asked))) == ([], 12 + 4, 12)


def test_a_permanent_failure_is_listed_and_the_rest_is_written(document, vectors):
    llm = FakeModel()
    llm.errors = {TOPICS[2]: [REFUSED, REFUSED]}
    job = wrote(strategy_of(), [document], llm, vectors)
    assert (job.state, job.done, job.error) == ("done", 12, None)
    assert sorted(job.failures) == [
        (3, [1], "The server refused this text.", what, "village.md") for what in ("questions", "summary")
    ]
    assert status(strategy_of(), [document], llm, vectors)[:4] == (6, 5, 12, 10)
    again = wrote(strategy_of(), [document], llm, vectors)
    assert (again.total, again.failures) == (2, [])


@pytest.mark.parametrize("nothing", ["", " \n\t"])
def test_an_answer_without_text_is_a_failure(document, vectors, nothing):
    llm = FakeModel()
    llm.answers = {TOPICS[0]: nothing}
    job = wrote(strategy_of(questions=0), [document], llm, vectors)
    assert [failure.sentence for failure in job.failures] == ["fake at localhost returned an empty answer."]


def test_a_chunk_that_does_not_fit_the_window_is_not_sent_and_listed(document, vectors):
    llm = FakeModel()
    llm.context_tokens, llm.answer_tokens = 100, 60
    job = wrote(strategy_of(), [document], llm, vectors)
    assert llm.asked == []
    assert len(job.failures) == 12
    assert "context window of 100 has space for 40: lower chunker.chunk_tokens" in job.failures[0].sentence


def test_a_refused_key_ends_the_job_at_once(big, vectors):
    llm = FakeModel(latency_s=0.02)
    llm.errors = {"the": [NO_KEY] * 100}
    job = start_writing(strategy_of(), [big], llm, vectors)
    with pytest.raises(UserError, match="rejected the API key"):
        job.wait()
    assert (job.state, job.error, job.failures) == ("failed", str(NO_KEY), [])
    assert len(llm.asked) <= 8
    llm.errors = {}
    assert wrote(strategy_of(), [big], llm, vectors).state == "done"


def test_an_unreachable_server_ends_the_job(big, vectors, monkeypatch):
    async def give_up(call, on_wait):
        return await call()

    monkeypatch.setattr(job_module, "with_retries", give_up)
    llm = FakeModel()
    llm.errors = {"the": [BUSY] * 1000}
    job = start_writing(strategy_of(), [big], llm, vectors)
    with pytest.raises(UserError, match="The last 24 calls failed, each after several attempts: The server is busy"):
        job.wait()
    assert job.state == "failed"
    assert 24 <= len(job.failures) <= 31


def test_an_internal_error_ends_the_job_too(document, vectors, caplog):
    llm = FakeModel()
    llm.complete = None  # type: ignore[assignment]
    job = start_writing(strategy_of(), [document], llm, vectors)
    with pytest.raises(UserError, match="stopped by an internal error"):
        job.wait()
    assert job.state == "failed"
    assert "TypeError" in caplog.text


def test_lone_surrogates_do_no_harm(text_document, vectors):
    document = text_document(f"Otters \ud83d hold hands. {about(TOPICS[:1])}")
    llm = FakeModel()
    llm.answers = {"Otters": "Otters \ude00 hold hands."}
    strategy = strategy_of(questions=0)
    job = wrote(strategy, [document], llm, vectors)
    assert job.failures == []
    assert all(prompt.isascii() or prompt.encode() for prompt in llm.asked)
    assert status(strategy, [document], llm, vectors).written == len(llm.asked)


def test_a_strategy_without_written_texts_is_refused(document, vectors):
    from rag_core import preset

    for spec in ("baseline", "metadata_references"):
        with pytest.raises(UserError, match=r"set reference\.kind=metadata and reference\.writer=llm"):
            start_writing(preset(spec), [document], FakeModel(), vectors)


def test_old_jobs_are_forgotten(document, vectors):
    strategy, models = strategy_of(0), [FakeModel(f"model {number}") for number in range(52)]
    for llm in models:
        wrote(strategy, [document], llm, vectors)
    assert writing_job(strategy, [document], models[0], vectors) is None
    assert writing_job(strategy, [document], models[-1], vectors) is not None

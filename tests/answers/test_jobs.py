"""Background jobs for answers: in parallel, independent, stopped, failed and cached."""

import threading
import time
from pathlib import Path

import pytest

from rag_core import compare, preset
from rag_core.answers import draft
from rag_core.answers.jobs import AnswerJobs
from rag_core.answers.prompts import NOT_FOUND
from rag_core.cache import ArrayCache, TextCache
from rag_core.embeddings.vectors import Vectors
from rag_core.pipeline.answers import request_for
from rag_core.pipeline.results import Column
from tests.fakes.scripted import FOREVER, Scripted, failing
from tests.waiting import PATIENCE_S, wait_until

SAID = "On day {} otters hold hands while they sleep. They eat sea urchins and crabs. Bees dance to tell of flowers. "
TEXT = "".join(map(SAID.format, range(4)))
QUESTION = "What do otters eat?"
SPEC = "baseline:chunker.chunk_tokens=30,chunker.overlap_tokens=0,budget.hits="
ANSWER = "They eat sea urchins and crabs [1]."


@pytest.fixture
def vectors(model_vectors, tmp_path):
    """The vectors of the shared model, with a separate cache."""
    return Vectors(model_vectors.model, ArrayCache(tmp_path / "cache", 10**8))


@pytest.fixture
def asked(text_document, vectors):
    """`asked(session, llm, hits)` is the job for a column with that number of hits."""
    document = text_document(TEXT)
    columns: dict[int, Column] = {}

    def ask(session, llm, hits=2, question=QUESTION):
        if hits not in columns:
            [columns[hits]] = compare([document], QUESTION, [preset(f"{SPEC}{hits}")], vectors=vectors).columns
        return session.get(request_for(question, columns[hits], [document], llm, vectors.cache))

    return ask


def ended(job):
    assert job.wait(PATIENCE_S)
    return job


def shown(job, text):
    """Wait until the job's text is `text`."""
    wait_until(lambda: job.text == text)


def test_an_answer_has_all_its_details(asked):
    llm = Scripted(lambda _: ANSWER)
    job = ended(asked(AnswerJobs(), llm))
    assert (job.state, job.error, job.text, job.stage) == ("done", None, ANSWER, "")
    answer = job.answer
    assert (answer.text, answer.model, answer.mode) == (ANSWER, "scripted", "compact")
    [sentence], [citation] = answer.sentences, answer.citations
    assert (sentence.start, sentence.end, sentence.hits, sentence.supported) == (0, len(ANSWER), [1], True)
    assert TEXT[citation.start : citation.end] == "They eat sea urchins and crabs."
    assert answer.usage.model_dump() == {
        "calls": 1,
        "prompt_tokens": llm.count_tokens(llm.prompts[0]),
        "completion_tokens": 7,
        "cost_usd": None,
    }
    assert 0 < answer.first_token_ms <= answer.total_ms <= job.elapsed_ms
    assert not any((answer.from_cache, answer.stopped, answer.cut, answer.notes))


def test_the_model_gets_the_columns_hits_and_nothing_else(asked):
    llm = Scripted()
    job = ended(asked(AnswerJobs(), llm, hits=1))
    assert "[1] " + job.asked.hits[0].text in llm.prompts[0]
    assert llm.prompts[0].count("otters hold") == job.asked.hits[0].text.count("otters hold")


def test_it_streams(asked):
    go_on = threading.Event()
    job = asked(AnswerJobs(), Scripted(lambda _: Pieces(["They ", "eat", go_on, " crabs [1]."])))
    shown(job, "They eat")
    assert job.state == "running"
    assert job.first_token_ms is not None
    assert job.answer is None
    go_on.set()
    assert ended(job).answer.text == "They eat crabs [1]."


class Pieces(list):
    """Parts of an answer, with events that are waited for before the next part."""

    def __iter__(self):
        for piece in super().__iter__():
            if isinstance(piece, threading.Event):
                piece.wait(PATIENCE_S)
            else:
                yield piece


def test_all_answers_are_written_in_parallel(asked):
    session, llm = AnswerJobs(), Scripted(lambda _: ["They eat", FOREVER])
    jobs = [asked(session, llm, hits) for hits in (1, 2, 3)]
    for job in jobs:
        shown(job, "They eat")
    assert [job.state for job in jobs] == ["running"] * 3
    session.keep([])
    assert [ended(job).state for job in jobs] == ["stopped"] * 3


def test_a_failed_answer_has_an_error_and_the_others_continue(asked):
    session = AnswerJobs()
    llm = Scripted(lambda prompt: ["They eat", failing()] if "[2]" not in prompt else ANSWER)
    one, two = asked(session, llm, 1), asked(session, llm, 2)
    assert (ended(one).state, one.error, one.text, one.answer) == ("failed", "The server is on fire.", "They eat", None)
    assert ended(two).answer.text == ANSWER
    assert asked(session, llm, 1) is one, "a failed answer is not retried automatically"
    llm.script = lambda _: ANSWER
    session.retry(one)
    assert ended(asked(session, llm, 1)).state == "done"
    assert not asked(session, llm, 1).answer.from_cache


def test_a_failed_answer_is_retried_with_another_key(asked):
    session = AnswerJobs()
    failed = ended(asked(session, Scripted(lambda _: [failing()])))
    again = asked(session, Scripted(lambda _: ANSWER))
    assert again is not failed
    assert ended(again).answer.text == ANSWER


def test_an_internal_error_has_a_message_too(asked, caplog):
    job = ended(asked(AnswerJobs(), Scripted(lambda _: [ZeroDivisionError("oh")])))
    assert (job.state, job.error) == (
        "failed",
        "The answer failed because of an internal error; see the log.",
    )
    assert "ZeroDivisionError" in caplog.text


def test_an_internal_error_ends_a_stopped_answer_too(asked, monkeypatch):
    monkeypatch.setattr("rag_core.answers.jobs.answer_of", dividing)
    job = asked(AnswerJobs(), Scripted(lambda _: ["They eat", FOREVER]))
    shown(job, "They eat")
    job.stop()
    assert (ended(job).state, job.text) == ("failed", "They eat")


def dividing(*arguments, **options):
    raise ZeroDivisionError


def test_the_cost_per_piece_does_not_grow_with_the_answer(asked, monkeypatch):
    cleaned = []
    clean = draft.as_unicode
    monkeypatch.setattr(draft, "as_unicode", lambda text: cleaned.append(len(text)) or clean(text))
    job = ended(asked(AnswerJobs(), Scripted(lambda _: ["Otters ", *["eat "] * 10_000, "crabs [1]."])))
    assert len(job.answer.text) > 40_000
    assert sum(cleaned) < 10 * len(job.answer.text)


def test_a_stopped_answer_keeps_its_text(asked, vectors):
    session, llm = AnswerJobs(), Scripted(lambda _: ["They eat sea urchins [1].", " And", FOREVER])
    job = asked(session, llm)
    shown(job, "They eat sea urchins [1]. And")
    job.stop()
    assert ended(job).state == "stopped"
    assert llm.aborted == 1, "the request was aborted"
    assert (job.answer.text, job.answer.stopped, job.error) == ("They eat sea urchins [1]. And", True, None)
    assert (job.answer.usage.calls, job.answer.usage.prompt_tokens) == (1, None)
    assert job.answer.citations
    assert asked(session, llm) is job
    llm.script = lambda _: ANSWER
    fresh = ended(asked(AnswerJobs(), llm))
    assert (fresh.answer.text, fresh.answer.from_cache) == (ANSWER, False), "stopped answers are not cached"


def test_an_answer_stopped_at_once_has_no_text(asked):
    job = asked(AnswerJobs(), Scripted(latency_s=300))
    job.stop()
    assert (ended(job).state, job.answer.text, job.answer.sentences) == ("stopped", "", [])


def test_stopping_an_ended_job_has_no_effect(asked):
    job = ended(asked(AnswerJobs(), Scripted()))
    job.stop()
    time.sleep(0.05)
    assert (job.state, job.answer.stopped) == ("done", False)


def test_answers_no_longer_in_use_are_stopped_and_ended_ones_stay(asked):
    session, llm = AnswerJobs(), Scripted(lambda prompt: [FOREVER] if "[2]" in prompt else ANSWER)
    done, left = ended(asked(session, llm, 1)), asked(session, llm, 2)
    wait_until(lambda: len(llm.prompts) == 2)
    session.keep([])
    assert ended(left).state == "stopped"
    assert llm.aborted == 1
    assert asked(session, llm, 1) is done
    llm.script = lambda _: ANSWER
    assert ended(asked(session, llm, 2)).state == "done", "a stopped answer is started again"


def test_keep_does_not_stop_answers_in_use(asked):
    session, llm = AnswerJobs(), Scripted(latency_s=0.1)
    job = asked(session, llm)
    session.keep([job])
    assert ended(job).state == "done"


def test_columns_with_the_same_request_share_an_answer(asked):
    session, llm = AnswerJobs(), Scripted()
    assert asked(session, llm) is asked(session, llm)
    ended(asked(session, llm))
    assert len(llm.prompts) == 1


def test_an_answer_is_cached_for_other_sessions_and_labelled(asked):
    llm = Scripted(lambda _: ANSWER)
    first = ended(asked(AnswerJobs(), llm)).answer
    again = ended(asked(AnswerJobs(), llm)).answer
    assert len(llm.prompts) == 1
    assert again == first.model_copy(update={"from_cache": True})


@pytest.mark.parametrize(
    "changed",
    [
        {"question": "What do bees do?"},
        {"hits": 3},
        {"llm": Scripted(identity="another")},
        {"llm": Scripted(answer_tokens=90)},
    ],
)
def test_another_question_column_or_model_is_another_answer(asked, changed):
    ended(asked(AnswerJobs(), Scripted()))
    llm = changed.pop("llm", Scripted())
    answer = ended(asked(AnswerJobs(), llm, **changed)).answer
    assert len(llm.prompts) == 1
    assert not answer.from_cache


def test_another_prompt_or_mode_is_another_answer(text_document, vectors):
    document, llm = text_document(TEXT), Scripted()
    specs = ["", ",answer.kind=refine", ',answer.prompt="{context_str} {query_str}"']
    for spec in specs:
        [column] = compare([document], QUESTION, [preset(f"{SPEC}1{spec}")], vectors=vectors).columns
        ended(AnswerJobs().get(request_for(QUESTION, column, [document], llm, vectors.cache)))
    assert len(llm.prompts) == len(specs)


def test_the_same_text_elsewhere_is_the_same_answer_with_citations_of_its_own(text_document, vectors):
    session, llm = AnswerJobs(), Scripted(lambda _: ANSWER)
    places = []
    for text in (SAID, f"Notes.\n\n\n\n{SAID}"):
        document = text_document(text)
        [column] = compare([document], QUESTION, [preset(f"{SPEC}1")], vectors=vectors).columns
        start = text.index(SAID.strip())
        hit = column.hits[0].model_copy(update={"start": start, "end": start + len(SAID.strip()), "text": SAID.strip()})
        column = column.model_copy(update={"hits": [hit]})
        [citation] = ended(session.get(request_for(QUESTION, column, [document], llm, vectors.cache))).answer.citations
        places.append(citation.start)
        assert "sea urchins" in text[citation.start : citation.end]
    assert places[1] > places[0]
    assert len(llm.prompts) == 1


def test_without_hits_the_model_is_not_asked(asked):
    job = ended(asked(AnswerJobs(), Scripted(), 1))
    llm = Scripted()
    request = job.asked._replace(hits=[], documents=[], llm=llm, texts=TextCache(ArrayCache(Path(), 0)))
    empty = ended(AnswerJobs().get(request))
    assert (empty.answer.text, empty.answer.sentences, empty.answer.usage.calls) == (NOT_FOUND, [], 0)
    assert llm.prompts == []


def test_an_answer_does_not_need_the_price_list(asked, monkeypatch):
    monkeypatch.setattr("rag_core.answers.written.cost_usd", raising)
    answer = ended(asked(AnswerJobs(), Scripted())).answer
    assert (answer.text, answer.usage.cost_usd) == ("Otters sleep [1].", None)
    assert answer.notes == ["The cost is unknown. The server is on fire."]


def test_an_answer_whose_support_cannot_be_checked_has_a_note(asked, monkeypatch):
    monkeypatch.setattr("rag_core.answers.written.judged", raising)
    answer = ended(asked(AnswerJobs(), Scripted())).answer
    assert (answer.text, answer.sentences) == ("Otters sleep [1].", [])
    assert answer.notes == ["Whether the hits support the answer was not checked. The server is on fire."]


def raising(*arguments):
    raise failing()


def test_the_number_of_ended_answers_is_bounded(asked):
    session, llm = AnswerJobs(max_jobs=2), Scripted()
    first = ended(asked(session, llm, question="0?"))
    for number in range(1, 4):
        ended(asked(session, llm, question=f"{number}?"))
    assert len(session._jobs) <= 3
    assert asked(session, llm, question="0?") is not first


def test_another_question_or_a_removed_document_stops_the_answer(asked):
    session, llm = AnswerJobs(), Scripted(lambda _: ["They eat", FOREVER])
    first, other = asked(session, llm), asked(session, llm, question="Who dances?")
    wait_until(lambda: len(llm.prompts) == 2)
    about = first.asked.documents[0].source_id
    session.keep_for("Who dances?", [about, "another"])
    assert ended(first).state == "stopped"
    assert other.state == "running"
    session.keep_for("Who dances?", ["another"])
    assert ended(other).state == "stopped"
    assert llm.aborted == 2

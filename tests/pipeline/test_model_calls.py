"""What a question has a language model asked: the calls, their cost, their cache, and errors of one column alone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from itertools import count

import pytest

from rag_core import UserError, compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import LlmError
from rag_core.pipeline.compare import compare_columns
from rag_core.pipeline.results import Column
from rag_core.progress import Progress
from tests.fakes.scripted import FOREVER, Scripted

TEXT = (
    "The lighthouse on Skerry Rock was lit for the first time in 1871.\n\n"
    "A glacier is a river of ice that flows downhill.\n\n"
    "Bees sleep at night, and make honey in their hives."
)
QUESTION = "When was the lighthouse lit?"
SMALL = "chunker.chunk_tokens=20,chunker.overlap_tokens=0"
HYDE = f"baseline:{SMALL},query.kind=hyde"
PASSAGE = "The lighthouse was lit in the year 1871."
_names = count()


def scripted(script: object = PASSAGE, **options: object) -> Scripted:
    """A model of its own, whose replies no other test has cached."""
    return Scripted(lambda _: script, identity=f"model calls {next(_names)}", **options)  # type: ignore[arg-type, return-value]


@pytest.fixture
def document(text_document: Callable[..., Document]) -> Document:
    return text_document(TEXT)


def column_of(document: Document, llm: Scripted, vectors: Vectors, spec: str = HYDE) -> Column:
    [column] = compare([document], QUESTION, [preset(spec)], vectors=vectors, llm=llm).columns
    return column


def test_calls_and_queries_stand_in_the_json(document: Document, model_vectors: Vectors) -> None:
    llm = scripted()
    column = json.loads(column_of(document, llm, model_vectors).model_dump_json())
    [call] = column["model_calls"]
    assert QUESTION in call["prompt"]
    assert llm.prompts == [call["prompt"]]
    assert (call["stage"], call["purpose"], call["reply"]) == ("query", "a hypothetical answer", PASSAGE)
    assert (call["model"], call["from_cache"], call["cost_usd"]) == ("scripted", False, None)
    assert call["prompt_tokens"] == len(call["prompt"].split())
    assert call["completion_tokens"] == len(PASSAGE.split())
    assert column["queries"] == [
        {"text": PASSAGE, "weight": 1.0, "role": "passage", "use": "dense"},
        {"text": QUESTION, "weight": 1.0, "role": "query", "use": "both"},
    ]
    assert "error" not in column
    assert "1871" in column["hits"][0]["text"]


def test_without_calls_the_json_is_as_before(document: Document, model_vectors: Vectors) -> None:
    column = json.loads(column_of(document, scripted(), model_vectors, "baseline").model_dump_json())
    assert not {"model_calls", "queries", "error"} & set(column)
    assert "model_ms" not in column["timings_ms"]


def test_the_same_question_is_asked_once(document: Document, model_vectors: Vectors) -> None:
    llm = scripted()
    first = column_of(document, llm, model_vectors)
    again = column_of(document, llm, model_vectors, f"{HYDE},budget.hits=1")
    assert len(llm.prompts) == 1
    [call], [cached] = first.model_calls, again.model_calls
    assert (call.from_cache, cached.from_cache) == (False, True)
    assert cached.model_copy(update={"from_cache": False}) == call


def test_two_columns_with_one_prompt_send_it_once(document: Document, model_vectors: Vectors) -> None:
    llm = scripted(latency_s=0.3)
    strategies = [preset(HYDE), preset(f"hybrid:{SMALL},query.kind=hyde")]
    columns = compare([document], QUESTION, strategies, vectors=model_vectors, llm=llm).columns
    assert len(llm.prompts) == 1
    assert sorted(column.model_calls[0].from_cache for column in columns) == [False, True]


def test_the_wait_for_the_model_is_no_search_time(document: Document, model_vectors: Vectors) -> None:
    column = column_of(document, scripted(latency_s=1.0), model_vectors)
    assert column.timings_ms.model_ms >= 1000
    assert column.model_calls[0].elapsed_ms >= 1000
    assert column.timings_ms.search_ms < column.timings_ms.model_ms


def test_other_models_and_temperatures_are_asked_anew(document: Document, model_vectors: Vectors) -> None:
    one, other = scripted(), scripted("Lit by nobody.")
    column_of(document, one, model_vectors)
    assert column_of(document, other, model_vectors).model_calls[0].reply == "Lit by nobody."


def test_a_failing_model_is_the_error_of_its_column_alone(document: Document, model_vectors: Vectors) -> None:
    llm = scripted([LlmError("The server is on fire.")])
    strategies = [preset("baseline"), preset(HYDE)]
    plain, failed = compare([document], QUESTION, strategies, vectors=model_vectors, llm=llm).columns
    assert plain.hits
    assert plain.error is None
    assert (failed.hits, failed.error, failed.answer) == ([], "The server is on fire.", None)
    assert json.loads(failed.model_dump_json())["error"] == "The server is on fire."
    assert failed.counts.chunks == 3


def test_a_failed_call_is_not_cached(document: Document, model_vectors: Vectors) -> None:
    replies = iter([[LlmError("The server is on fire.")], PASSAGE])
    llm = Scripted(lambda _: next(replies), identity=f"model calls {next(_names)}")
    assert column_of(document, llm, model_vectors).error
    assert column_of(document, llm, model_vectors).hits


def test_an_errors_column_gets_no_answer(document: Document, model_vectors: Vectors) -> None:
    llm = Scripted(
        lambda prompt: [LlmError("On fire.")] if "write a passage" in prompt else "In 1871 [1].",
        identity=f"model calls {next(_names)}",
    )
    strategies = [preset("baseline"), preset(HYDE)]
    plain, failed = compare([document], QUESTION, strategies, answers=True, vectors=model_vectors, llm=llm).columns
    assert plain.answer is not None
    assert (failed.answer, failed.answer_error, failed.error) == (None, None, "On fire.")


def test_without_a_model_nothing_is_computed(document: Document, model_vectors: Vectors) -> None:
    with pytest.raises(UserError, match=r"^baseline asks a language model for each question, and none is chosen"):
        compare([document], QUESTION, [preset("hybrid"), preset(HYDE)], vectors=model_vectors)


def test_without_a_model_a_page_shows_the_other_columns(document: Document, model_vectors: Vectors) -> None:
    strategies = [preset(HYDE), preset("baseline")]
    ready = list(compare_columns([document], QUESTION, strategies, vectors=model_vectors, why=True))
    assert [one.position for one in ready] == [1, 0]
    assert ready[0].column.hits
    assert ready[1].column.error is not None
    assert ready[1].column.error.startswith("query.kind=hyde asks a language model for each question, and none is")


def test_columns_are_ready_while_the_model_is_asked(document: Document, model_vectors: Vectors) -> None:
    ready = compare_columns(
        [document], QUESTION, [preset(HYDE), preset("baseline")], vectors=model_vectors, llm=scripted([FOREVER])
    )
    assert next(ready).position == 1
    ready.close()  # type: ignore[attr-defined]


def test_an_abandoned_comparison_aborts_its_calls(document: Document, model_vectors: Vectors) -> None:
    llm = scripted([FOREVER])
    reports = list[tuple[str, int]]()

    def report(progress: Progress) -> None:
        reports.append((progress.stage, threading.get_ident()))
        if "hypothetical answer" in progress.stage:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        compare([document], QUESTION, [preset(HYDE)], vectors=model_vectors, llm=llm, report=report)
    assert reports[-1][0] == "Asking scripted at nowhere for a hypothetical answer"
    assert {thread for _, thread in reports} == {threading.get_ident()}
    until_s = time.monotonic() + 30
    while not llm.aborted and time.monotonic() < until_s:
        time.sleep(0.05)
    assert llm.aborted == 1


def test_a_prompt_that_does_not_fit_is_refused_with_numbers(document: Document, model_vectors: Vectors) -> None:
    column = column_of(document, scripted(context_tokens=110), model_vectors)
    assert column.error == (
        "The prompt for a hypothetical answer has 23 tokens, and the context window of scripted at nowhere, 110, has "
        "space for 10 beside the reply: shorten the question, or enter the context window if it is larger."
    )


def test_a_search_without_vectors_asks_for_no_hypothetical_answer(document: Document, model_vectors: Vectors) -> None:
    llm = scripted()
    column = column_of(document, llm, model_vectors, f"{HYDE},search.kind=bm25")
    assert llm.prompts == []
    assert column.hits
    assert column.notices == ["query.kind=hyde changes nothing with search.kind=bm25, and was left out."]

"""Answers by the model of a server: a real server, and one that fails on purpose."""

import json

import pytest

from rag_core import compare, preset
from rag_core.cache import ArrayCache
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.choice import LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.pipeline.results import Column
from tests.fakes.openai_server import ANSWER, ANSWER_TOKENS, PROMPT_TOKENS

TEXT = """\
Otters hold hands while they sleep. They eat sea urchins and crabs.

Bees dance to tell where flowers are. They sleep little.

In 2019 a late frost killed the blossom of the cherries. The bees had to be fed with sugar.
"""
QUESTION = "What do otters eat?"
SMALL = "baseline:chunker.chunk_tokens=20,chunker.overlap_tokens=0,budget.hits=2"


@pytest.fixture
def columns(text_document, model_vectors, tmp_path):
    """`columns(base_url, model, *specs)` compares the SPECs with an empty cache."""
    vectors = Vectors(model_vectors.model, ArrayCache(tmp_path / "cache", 10**8))

    def ask(base_url, model, *specs, **options):
        llm = llm_of(LlmChoice("openai-like", model, base_url, **options))
        strategies = [preset(spec) for spec in specs]
        return compare([text_document(TEXT)], QUESTION, strategies, answers=True, vectors=vectors, llm=llm).columns

    return ask


def as_told(name):
    """A column whose prompt tells the hostile server how to behave."""
    return f"{SMALL},answer.prompt={json.dumps(f'<<{name}>> {{context_str}} {{query_str}}')}"


def test_a_real_model_answers_in_every_mode_with_the_servers_token_counts(columns, chat_server):
    before = chat_server.counted()
    specs = [SMALL, f"{SMALL},answer.kind=refine", f"{SMALL},answer.kind=tree_summarize"]
    found = columns(chat_server.base_url, chat_server.model, *specs, answer_tokens=12, context_tokens=2048)
    assert [column.answer_error for column in found] == [None] * 3
    answers = [column.answer for column in found]
    assert [(answer.mode, answer.usage.calls) for answer in answers] == [
        ("compact", 1),
        ("refine", 2),
        ("tree_summarize", 1),
    ]
    read, written = (after - was for after, was in zip(chat_server.counted(), before, strict=True))
    assert sum(answer.usage.completion_tokens for answer in answers) == written
    # The server may have cached the beginning of a prompt.
    assert sum(answer.usage.prompt_tokens for answer in answers) >= read
    for column in found:
        assert column.answer.text
        assert 0 < column.answer.first_token_ms <= column.answer.total_ms <= column.timings_ms.answer_ms


def test_the_json_of_a_generated_answer(columns, hostile):
    [column] = columns(hostile.base_url, "well", SMALL)
    answer = json.loads(column.model_dump_json())["answer"]
    assert (answer["text"], answer["model"], answer["mode"]) == (ANSWER, "well", "compact")
    assert [sentence["hits"] for sentence in answer["sentences"]] == [[1], [2]]
    assert [sentence["supported"] for sentence in answer["sentences"]] == [True, False]
    quoted = [(citation["hit"], TEXT[citation["start"] : citation["end"]]) for citation in answer["citations"]]
    assert [hit for hit, _ in quoted] == [1, 2]
    assert "They eat sea urchins and crabs." in quoted[0][1]
    tokens = {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": ANSWER_TOKENS}
    assert answer["usage"] == {"calls": 1, **tokens, "cost_usd": None}


def test_the_json_of_a_failed_answer(columns, hostile):
    [column] = columns(hostile.base_url, "401", SMALL)
    values = json.loads(column.model_dump_json())
    assert values["answer"] is None
    assert values["answer_error"] == column.answer_error
    assert Column.model_validate(values) == column


def test_the_json_of_an_extractive_answer_has_no_other_fields(text_document, model_vectors):
    found = compare([text_document(TEXT)], QUESTION, [preset(SMALL)], answers=True, vectors=model_vectors)
    [column] = json.loads(found.model_dump_json())["columns"]
    assert set(column) == {"strategy", "hits", "answer", "timings_ms", "counts"}
    assert set(column["answer"]) == {"text", "citations", "model"}
    assert Column.model_validate(column).answer == found.columns[0].answer


def test_three_columns_are_answered_in_parallel(columns, hostile):
    specs = [f"{SMALL},chunker.chunk_tokens={tokens}" for tokens in (20, 30, 40)]
    found = columns(hostile.base_url, "slow:2", *specs)
    assert [column.answer.text for column in found] == [ANSWER] * 3
    assert hostile.record.max_concurrent == 3


def test_a_failed_column_does_not_affect_the_others(columns, hostile):
    names = ["401", "cut", "hang", "well", "html", "endless", "500-twice"]
    found = columns(hostile.base_url, "by-prompt", *map(as_told, names), timeout_s=2, answer_tokens=50)
    result = dict(zip(names, found, strict=True))
    assert {name for name, column in result.items() if column.answer_error} == {"401", "cut", "hang", "html"}
    for name in ("401", "cut", "hang", "html"):
        assert result[name].answer is None
        assert result[name].hits
    assert result["well"].answer.text == result["500-twice"].answer.text == ANSWER
    assert result["endless"].answer.cut
    assert len(result["endless"].answer.text) < 3000


def test_a_failed_answer_is_not_cached(columns, hostile):
    assert columns(hostile.base_url, "by-prompt", as_told("cut"))[0].answer_error
    assert columns(hostile.base_url, "by-prompt", as_told("cut"))[0].answer_error
    assert len(hostile.requests) == 2


def test_a_repeated_question_is_answered_from_the_cache(columns, hostile):
    first, again = (columns(hostile.base_url, "well", SMALL)[0].answer for _ in range(2))
    assert (first.from_cache, again.from_cache) == (False, True)
    assert len(hostile.requests) == 1
    assert again.usage == first.usage


def test_markup_in_an_answer_is_plain_text(columns, hostile):
    [column] = columns(hostile.base_url, "markup", SMALL)
    assert "<img src=" in column.answer.text
    prompt = hostile.requests[0].body["messages"][0]["content"]
    assert f"[1] {column.hits[0].text}" in prompt

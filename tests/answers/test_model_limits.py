"""Answers of models with a small context window, and of models that reason: what is shown, judged and stored."""

import json
import re

import pytest

from rag_core import compare, preset
from rag_core.answers.jobs import AnswerJobs
from rag_core.answers.written import Written
from rag_core.cache import ArrayCache
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import Usage
from rag_core.llms.choice import LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.pipeline.answers import request_for
from tests.fakes.openai_server import ANSWER
from tests.fakes.scripted import Scripted
from tests.waiting import PATIENCE_S

SENTENCE = (
    "On day {} otters hold hands while they sleep, and eat sea urchins and crabs, and bees dance to tell of flowers. "
)
TEXT = "".join(map(SENTENCE.format, range(200)))
QUESTION = "What do otters eat?"
SPEC = "baseline:chunker.chunk_tokens=300,chunker.overlap_tokens=0,budget.hits=8"
LONG_PROMPT = json.dumps("Read with care. " * 250 + "{context_str} {query_str}")
WINDOWS = [f"window-{name}" for name in ("llama-cpp", "openai", "vllm", "anthropic", "mistral", "lm-studio")]


@pytest.fixture
def vectors(model_vectors, tmp_path):
    return Vectors(model_vectors.model, ArrayCache(tmp_path / "cache", 10**8))


@pytest.fixture
def column(text_document, vectors):
    """`column(base_url, model)` is a column with its answer."""

    def ask(base_url, model, spec=SPEC, **options):
        llm = llm_of(LlmChoice("openai-like", model, base_url, answer_tokens=100, **options))
        [found] = compare(
            [text_document(TEXT)], QUESTION, [preset(spec)], answers=True, vectors=vectors, llm=llm
        ).columns
        return found

    return ask


@pytest.mark.parametrize("name", WINDOWS)
def test_a_refused_prompt_is_fitted_and_asked_again(name, column, hostile) -> None:
    found = column(hostile.base_url, name)
    assert found.answer_error is None
    assert found.answer.text == ANSWER
    refused, fitted = hostile.requests
    assert len(str(fitted.body["messages"])) < len(str(refused.body["messages"]))
    first, second = found.answer.notes
    assert re.search(r"refused a prompt of [\d,]+ tokens, since its context window has 1,024 tokens", first)
    assert re.search(r"\d of 8 hits fit into the 1,024 tokens", second)
    assert found.answer.usage.calls == 2


@pytest.mark.parametrize("kind", ["refine", "tree_summarize"])
def test_the_other_modes_are_fitted_too(kind, column, hostile) -> None:
    spec = f"{SPEC},chunker.chunk_tokens=1200,answer.kind={kind}"
    found = column(hostile.base_url, "window-llama-cpp", spec)
    assert found.answer_error is None
    assert found.answer.text.startswith("Otters eat")
    assert "its context window has 1,024 tokens" in found.answer.notes[0]
    tokens = [len(str(noted.body["messages"])) for noted in hostile.requests]
    assert tokens[-1] < max(tokens)  # tree_summarize asks several at once, so the first need not be the longest


def test_the_window_is_remembered_for_the_next_question(column, hostile) -> None:
    column(hostile.base_url, "window-vllm")
    again = column(hostile.base_url, "window-vllm", f"{SPEC},budget.hits=7")
    assert len(hostile.requests) == 3
    assert "1,024 tokens" in again.answer.notes[0]


def test_a_window_that_the_server_tells_is_filled_at_once(column, hostile) -> None:
    found = column(hostile.url_of("tells-props"), "m")
    assert len(hostile.requests) == 1
    assert "fit into the 1,024 tokens of m" in found.answer.notes[0]


def test_a_cut_prompt_is_said_and_not_stored(column, hostile) -> None:
    for _ in range(2):
        found = column(hostile.base_url, "cuts-prompt:512")
        assert "counts 512 tokens in the prompt, and about" in found.answer.notes[0]
        assert not found.answer.from_cache
    assert not column(hostile.base_url, "well").answer.notes
    assert column(hostile.base_url, "well").answer.from_cache


def test_a_window_without_space_for_hits_is_an_error_with_numbers(column, hostile) -> None:
    found = column(hostile.base_url, "window-llama-cpp", f"{SPEC},answer.prompt={LONG_PROMPT}")
    assert found.answer is None
    assert "Of the 1,024 tokens of window-llama-cpp, the prompt takes about" in found.answer_error


@pytest.mark.parametrize(
    "name", ["thinks", "thinks-unopened", "harmony", "typed-parts", "reasons-field", "thinks-brackets"]
)
def test_reasoning_is_not_judged_as_a_sentence(name, column, hostile) -> None:
    answer = column(hostile.base_url, name).answer
    assert answer.text == ANSWER
    assert [answer.text[sentence.start : sentence.end] for sentence in answer.sentences] == [
        "Otters eat sea urchins and crabs [1].",
        "They hold hands [2].",
    ]
    assert column(hostile.base_url, name).answer.text == ANSWER  # from the cache


@pytest.mark.parametrize(
    ("stored", "shown", "calls"),
    [
        ("We should think [1].</think>\n\nOtters eat urchins [1].", "Otters eat urchins [1].", 0),
        ("[THINK]Hm.[/THINK]Otters eat urchins [1].", "Otters eat urchins [1].", 0),
        ("<thinking>Hm, what do they eat?", "Otters sleep [1].", 1),
    ],
)
def test_reasoning_that_was_stored_before_is_not_shown(stored, shown, calls, text_document, vectors) -> None:
    document, llm = text_document(TEXT), Scripted()
    [found] = compare([document], QUESTION, [preset(SPEC)], vectors=vectors).columns
    request = request_for(QUESTION, found, [document], llm, vectors.cache)
    written = Written(text=stored, notes=[], usage=Usage(1, 1, 1), first_token_ms=1.0, total_ms=1.0, cut=False)
    request.texts.put(request.text_key, json.dumps(written.model_dump()))
    job = AnswerJobs().get(request)
    assert job.wait(PATIENCE_S)
    assert (job.text, job.answer.text, len(llm.prompts)) == (shown, shown, calls)
    assert not any("think" in job.answer.text[one.start : one.end] for one in job.answer.sentences)

"""Reasoning models behind a server: their answers have no reasoning, while they stream and at their end."""

import json

import pytest

from rag_core.llms.base import LlmError
from rag_core.llms.model_facts import facts_of
from rag_core.llms.reply_parts import part_of
from rag_core.servers import loop
from tests.fakes.openai_server import ANSWER, OpenAIServer, chat_reasoning
from tests.llms.asking import QUESTION, completed, model_at

THOUGHT = "The user wants food"  # a part of what all of them reason
FORMS = [*chat_reasoning.TEXTS, "thinks-letters", "reasons", "reasons-field", "reasons-details", "typed-parts"]


async def states(llm, prompt: str = QUESTION) -> list[str]:
    """What a reader sees, after each part."""
    seen = [""]
    async for part in llm.stream(prompt):
        seen.append(part.text if part.withdrawn else seen[-1] + part.text)
    return seen


@pytest.mark.parametrize("name", FORMS)
def test_only_the_answer_arrives(name: str, hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, name)
    assert completed(llm).text.strip() == ANSWER
    seen = loop.run(states(llm))
    assert seen[-1].strip() == ANSWER
    assert not any("user" in state for state in seen)


def test_a_model_that_does_not_open_its_reasoning_is_remembered(hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, "thinks-unopened")
    first, second = loop.run(states(llm)), loop.run(states(llm))
    assert any("user" in state for state in first)  # nothing tells it from an answer
    assert first[-1] == second[-1] == ANSWER
    assert not any("user" in state for state in second)
    assert not any("user" in state for state in loop.run(states(model_at(hostile.base_url, llm.model, temperature=1))))


@pytest.mark.parametrize("model", ["qwq:32b", "DeepSeek-R1-Distill-Qwen-7B", "qwen3-4b-thinking-2507"])
def test_a_model_whose_name_says_so_is_held_back_from_the_start(model: str, hostile: OpenAIServer) -> None:
    seen = loop.run(states(model_at(hostile.url_of("thinks-unopened"), model)))
    assert seen[-1] == ANSWER
    assert not any("user" in state for state in seen)
    for _ in range(2):
        in_a_field = loop.run(states(model_at(hostile.url_of("reasons"), model)))
        assert len(in_a_field) > 5  # it streams
        at_once = loop.run(states(model_at(hostile.url_of("well"), model)))
        assert at_once[-1] == ANSWER
    assert len(at_once) > 5  # the second answer streams, since the first one had no reasoning
    assert "on reasoning" in str(completed(model_at(hostile.url_of("cut-off"), model)).error)


def test_other_names_say_nothing(hostile: OpenAIServer) -> None:
    for model in ("gpt-4o", "our1", "qwen2.5:7b", "r12"):
        assert not facts_of(hostile.base_url, model).reasons_unopened


def test_a_model_that_is_held_back_still_answers_without_reasoning(hostile: OpenAIServer) -> None:
    llm = model_at(hostile.base_url, "well")
    facts_of(llm.base_url, llm.model).reasons_unopened = True
    assert completed(llm).text == ANSWER
    cut = model_at(hostile.base_url, "cut-off")
    facts_of(cut.base_url, cut.model).reasons_unopened = True
    assert "on reasoning" in str(completed(cut).error)


@pytest.mark.parametrize("name", ["only-thinks", "only-reasons"])
def test_reasoning_without_an_answer_is_an_error(name: str, hostile: OpenAIServer) -> None:
    with pytest.raises(LlmError, match="spent all 512 tokens on reasoning"):
        loop.run(model_at(hostile.base_url, name).complete(QUESTION))


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "a"}, "a", ""),
        ({"content": None, "reasoning_content": "b"}, "", "b"),
        ({"content": "a", "reasoning": {"content": "b"}}, "a", "b"),
        ({"content": [{"type": "text", "text": "a"}, {"type": "reasoning", "text": "b"}]}, "a", "b"),
        ({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "b"}]}, "a"]}, "a", "b"),
        ({"content": [{"type": "redacted_thinking", "data": "x"}, {"type": "output_text", "text": "a"}]}, "a", ""),
        ({"content": [{"text": "b", "thought": True}, {"text": "a"}]}, "a", "b"),
        ({"content": {"type": "text", "text": "a"}}, "a", ""),
        ({"content": [{"type": "THINKING", "text": "b"}, {"type": "Text", "text": "a"}]}, "a", "b"),
        ({"content": [{"thinking": "b"}, {"type": None, "text": "a"}]}, "a", "b"),
        ({"content": [{"type": "message", "content": [{"type": "output_text", "text": "a"}]}]}, "a", ""),
        ({"content": "a", "reasoning_text": "b"}, "a", "b"),
        ({"content": None, "refusal": "I cannot."}, "I cannot.", ""),
        ({"content": "a", "reasoning_details": [{"type": "reasoning.summary", "summary": "b"}]}, "a", "b"),
    ],
)
def test_fields_and_typed_parts_are_told_apart(message: dict[str, object], text: str, reasoning: str) -> None:
    for name in ("delta", "message"):
        found = part_of(json.loads(json.dumps({"choices": [{name: message}]})))
        assert (found.text, found.reasoning) == (text, reasoning)

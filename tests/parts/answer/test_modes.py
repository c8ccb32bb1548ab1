"""Answer modes make the same calls as LlamaIndex's: their number, their context, and the use of earlier answers."""

import asyncio
import re
from types import SimpleNamespace

import pytest

from rag_core import UserError
from rag_core.answers.context import excerpts_of
from rag_core.answers.draft import Draft
from rag_core.llms.base import LlmError
from rag_core.parts import build, kinds
from tests.fakes.scripted import FOREVER, Scripted, failing

QUESTION = "What do {otters} eat? {context_str}"
SENTENCES = 12
BRIEF = "Q {query_str} C {context_str}"
BRIEF_REFINE = "Q {query_str} A {existing_answer} C {context_msg}"


@pytest.fixture
def draft(text_document):
    """A function that makes the draft for a model and hits whose texts together are the document."""

    def make(llm, texts):
        document = text_document("".join(texts))
        hits, start = [], 0
        for rank, text in enumerate(texts, 1):
            hits.append(SimpleNamespace(document=document.id, start=start, end=start + len(text), text=text, rank=rank))
            start += len(text)
        return Draft(QUESTION, excerpts_of(hits, [document]), llm)

    return make


def hit(number, sentences=SENTENCES):
    return "".join(f"Hit {number} says {i}. " for i in range(sentences))


def write(draft, kind, **fields):
    asyncio.run(build("answer", {"kind": kind, **fields}).write(draft))
    return draft


def numbers(prompt):
    return [int(number) for number in re.findall(r"\[(\d+)\] Hit", prompt)]


@pytest.mark.parametrize("kind", kinds("answer"))
def test_one_hit_is_one_call(draft, kind):
    llm = Scripted()
    done = write(draft(llm, [hit(1)]), kind, prompt=BRIEF)
    assert llm.prompts == [f"Q {QUESTION} C [1] {hit(1)}"]
    assert (done.text, done.notes, done.usage) == ("Otters sleep [1].", [], (1, llm.count_tokens(llm.prompts[0]), 3))
    assert 0 < done.first_token_ms <= done.elapsed_ms


def test_compact_is_one_call_with_the_hits_that_fit(draft):
    llm = Scripted(context_tokens=300)
    done = write(draft(llm, [hit(i) for i in range(1, 6)]), "compact", prompt=BRIEF)
    [prompt] = llm.prompts
    assert numbers(prompt) == [1, 2, 3]
    assert llm.count_tokens(prompt) + llm.answer_tokens < 300
    [note] = done.notes
    assert note.startswith("3 of 5 hits fit into the 300 tokens of scripted, hit 3 only with ")
    assert "; hits 4 and 5 were left out. The modes refine and tree summarize read all hits." in note


def test_refine_passes_the_answer_from_hit_to_hit(draft):
    llm = Scripted(lambda prompt: f"Answer {numbers(prompt)[0]} [{numbers(prompt)[0]}].")
    done = write(draft(llm, [hit(1), hit(2), hit(3)]), "refine", prompt=BRIEF, refine_prompt=BRIEF_REFINE)
    assert llm.prompts == [
        f"Q {QUESTION} C [1] {hit(1)}",
        f"Q {QUESTION} A Answer 1 [1]. C [2] {hit(2)}",
        f"Q {QUESTION} A Answer 2 [2]. C [3] {hit(3)}",
    ]
    assert (done.text, done.usage.calls, done.notes) == ("Answer 3 [3].", 3, [])
    assert done.usage.prompt_tokens == sum(map(llm.count_tokens, llm.prompts))


def test_tree_summarize_answers_groups_and_then_combines_the_answers(draft):
    llm = Scripted(lambda prompt: f"From {numbers(prompt)}.", context_tokens=400)
    done = write(draft(llm, [hit(i) for i in range(1, 10)]), "tree_summarize", prompt=BRIEF)
    *groups, last = llm.prompts
    assert [number for prompt in groups for number in numbers(prompt)] == list(range(1, 10)), "nothing is left out"
    assert all(len(numbers(prompt)) > 1 for prompt in groups[:-1])
    assert last == f"Q {QUESTION} C " + "\n\n".join(f"From {numbers(prompt)}." for prompt in groups)
    assert all(llm.count_tokens(prompt) + llm.answer_tokens < 400 for prompt in llm.prompts)
    assert (done.usage.calls, done.notes) == (len(llm.prompts), [])


def test_answers_that_do_not_fit_together_are_summarized_in_rounds(draft):
    llm = Scripted(lambda _: "word " * 60, context_tokens=300)
    done = write(draft(llm, [hit(i) for i in range(1, 9)]), "tree_summarize", prompt=BRIEF)
    rounds = [prompt for prompt in llm.prompts if not numbers(prompt)]
    assert len(rounds) > 2
    assert done.text == ("word " * 60).strip()


def test_the_calls_of_a_round_are_made_in_parallel(draft):
    llm = Scripted(context_tokens=300, latency_s=0.2)
    done = write(draft(llm, [hit(i) for i in range(1, 7)]), "tree_summarize", prompt=BRIEF)
    assert done.usage.calls >= 4
    assert 400 <= done.first_token_ms < 200 * (done.usage.calls - 1)


def test_if_one_call_of_a_round_fails_the_others_are_aborted(draft):
    llm = Scripted(lambda prompt: [failing()] if 1 in numbers(prompt) else [FOREVER], context_tokens=300)
    with pytest.raises(UserError, match="on fire"):
        write(made := draft(llm, [hit(i) for i in range(1, 7)]), "tree_summarize", prompt=BRIEF)
    assert llm.aborted == len(llm.prompts) - 1 > 0
    assert made.usage.prompt_tokens is None


@pytest.mark.parametrize("kind", ["refine", "tree_summarize"])
def test_a_hit_that_is_too_long_is_truncated_with_a_note(draft, kind):
    llm = Scripted(context_tokens=600)
    fields = {"refine_prompt": BRIEF_REFINE} if kind == "refine" else {}
    done = write(draft(llm, [hit(1), hit(2, 1000)]), kind, prompt=BRIEF, **fields)
    assert {number for prompt in llm.prompts for number in numbers(prompt)} == {1, 2}
    [note] = done.notes
    assert re.fullmatch(r"Hit 2 fits into the 600 tokens of scripted only with \d{3} of its 4,000 tokens\.", note)
    assert all(llm.count_tokens(prompt) + llm.answer_tokens < 600 for prompt in llm.prompts)


def test_the_answer_so_far_is_kept_when_a_later_call_fails(draft):
    llm = Scripted(lambda prompt: [failing()] if 2 in numbers(prompt) else "Answer [1].")
    with pytest.raises(UserError, match="on fire"):
        write(made := draft(llm, [hit(1), hit(2), hit(3)]), "refine", prompt=BRIEF, refine_prompt=BRIEF_REFINE)
    assert (made.text, made.stage, made.usage) == ("Answer [1].", "Call 2 of 3", (2, None, None))


@pytest.mark.parametrize("kind", ["compact", "refine"])
def test_a_refused_call_is_retried(draft, kind):
    refusing = LlmError("Slow down.", status=429, retryable=True, retry_after_s=0.01)
    llm = Scripted(lambda prompt: [refusing] if llm.prompts.count(prompt) < 3 else "Otters sleep [1].")
    made = write(draft(llm, [hit(1), hit(2)]), kind, prompt=BRIEF)
    assert (made.text, made.busy) == ("Otters sleep [1].", "")
    assert llm.prompts.count(llm.prompts[0]) == 3


def test_retries_of_refused_calls_are_limited(draft):
    llm = Scripted(lambda _: [LlmError("Slow down.", status=429, retryable=True, retry_after_s=0.01)])
    with pytest.raises(UserError, match="Slow down"):
        write(made := draft(llm, [hit(1)]), "compact")
    assert "retrying in 1 s" in made.busy
    assert len(llm.prompts) == 3


def test_an_interrupted_stream_keeps_its_text(draft):
    llm = Scripted(lambda _: [" Otters ", "eat", failing("The connection was cut.")])
    with pytest.raises(UserError, match="was cut"):
        write(made := draft(llm, [hit(1)]), "compact")
    assert made.text == "Otters eat"


@pytest.mark.parametrize("kind", kinds("answer"))
@pytest.mark.parametrize("said", ["", " \n"])
def test_an_empty_answer_is_an_error(draft, kind, said):
    with pytest.raises(UserError, match="scripted at nowhere returned an empty answer"):
        write(draft(Scripted(lambda _: said), [hit(1), hit(2)]), kind)


@pytest.mark.parametrize("kind", kinds("answer"))
def test_a_prompt_that_fills_the_window_is_an_error_with_numbers(draft, kind):
    prompt = "word " * 900 + BRIEF
    with pytest.raises(
        UserError, match=r"Of the 1,000 tokens of scripted, the prompt takes about 1,0\d\d and the answer"
    ):
        write(draft(Scripted(context_tokens=1000), [hit(1), hit(2)]), kind, prompt=prompt)


def test_surrogate_pairs_are_joined_and_lone_surrogates_never_sent(draft):
    llm = Scripted(lambda _: ["Otters \ud83e", "\udda6 eat \ud83e."])
    made = write(draft(llm, ["Otters \udda6 eat."]), "compact", prompt=BRIEF)
    assert made.text == "Otters 🦦 eat \ufffd."
    llm.prompts[0].encode()

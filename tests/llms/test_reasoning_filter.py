"""Reasoning is never part of an answer, whatever marks it, and however the text is cut into pieces."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.llms.reasoning_filter import ReasoningFilter, without_reasoning
from tests.llms.pieces import pieces_of

ANSWER = "Otters eat urchins [1]. It's a <b>fact</b>."
THOUGHT = 'They ask "what" otters\' <i>food</i> is, [1] or [2]?\nI should think.'
HARMONY_FINAL = "<|end|><|start|>assistant<|channel|>final<|message|>"
# The thought stands for {}, the answer for [].
FORMS = {
    "think": "<think>{}</think>\n\n[]",
    "after white space": "\n <think>\n{}\n</think>\n\n[]",
    "unopened": "{}\n</think>\n\n[]",
    "unopened, glued": "{}</think>[]",
    "attributes": "<think type=\"deep\" lang='en'>{}</think>[]",
    "upper case": "<THINK>{}</THINK>[]",
    "mixed case": "<Think>{}</think>[]",
    "thinking": "<thinking>\n{}\n</thinking>\n[]",
    "thought": "<thought>{}</thought>[]",
    "reasoning": "<reasoning>{}</reasoning>\n[]",
    "reflection": "<reflection>{}</reflection>\n[]",
    "analysis": "<analysis>\n{}\n</analysis>\n\n[]",
    "inner monologue": "<inner_monologue>{}</inner_monologue>[]",
    "another namespace": "<mm:think>{}</mm:think>[]",
    "other brackets": "[REASONING]{}[/REASONING][]",
    "unopened, with a stray backtick": "{} I'd call `otter and\n`so on</think>\n[]",
    "unopened, with code that has no end": "{}\n```py\nfood = {}\n</think>\n[]",
    "namespace": "<seed:think>{}</seed:think>[]",
    "unopened thinking": "{}</thinking>[]",
    "brackets": "[THINK]{}[/THINK][]",
    "unopened brackets": "{}[/THINK][]",
    "diamonds": "◁think▷{}◁/think▷[]",
    "unopened diamonds": "{}◁/think▷[]",
    "pipes": "<|START_THINKING|>{}<|END_THINKING|>[]",
    "thought pipes": "<|begin_of_thought|>{}<|end_of_thought|>[]",
    "gemma": "<|channel>thought\n{}<channel|>[]",
    "empty": "<think></think>[]",
    "self-closing": "<think/>[]",
    "twice": "<think>{}</think>\n<think>{}</think>\n[]",
    "twice, other tags": "<think>{}</think>[THINK]{}[/THINK][]",
    "nested": "<think>{} <think>{}</think> {}</think>[]",
    "quoted close within": '<think>{} I must write "</think>" now. {}</think>[]',
    "after the answer": "[]\n<think>{}</think>",
    "after the answer, unclosed": "[]\n\n<think>{}",
    "harmony": "<|channel|>analysis<|message|>{}" + HARMONY_FINAL + "[]<|return|>",
    "harmony from the start": "<|start|>assistant<|channel|>analysis<|message|>{}" + HARMONY_FINAL + "[]",
    "harmony with a tool": "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>commentary "
    "to=functions.search <|constrain|>json<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>[]",
    "harmony, unopened": "{}" + HARMONY_FINAL + "[]<|return|>",
    "harmony, only final": "<|channel|>final<|message|>[]<|end|>",
    "harmony without its tokens": "analysisWe see. {}assistantfinal[]",
}


def shown(pieces: list[str]) -> str:
    """What a reader sees at the end."""
    separate, text = ReasoningFilter(), ""
    for piece in pieces:
        part = separate.shown(piece)
        text = part if separate.withdrawn else text + part
    rest = separate.rest()
    return rest if separate.withdrawn else text + rest


@pytest.mark.parametrize("form", FORMS)
def test_only_the_answer_is_shown(form: str) -> None:
    text = FORMS[form].replace("[]", ANSWER).replace("{}", THOUGHT)
    assert shown([text]).strip() == ANSWER
    assert shown(list(text)).strip() == ANSWER
    assert without_reasoning(text) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        f"<think>{THOUGHT}",
        "<think>never ended, </thin",
        f"[THINK]{THOUGHT}",
        f"◁think▷{THOUGHT}",
        f"<|channel|>analysis<|message|>{THOUGHT}<|end|>",
        f"analysisWe see. {THOUGHT}",
        f"{THOUGHT}</think>",
        "<|channel|>analysis",
    ],
)
def test_reasoning_without_an_answer_is_no_answer(text: str) -> None:
    assert shown(list(text)) == without_reasoning(text) == ""


MARKS = [
    "<think>",
    "</think>",
    "<think a='b'>",
    "[THINK]",
    "[/THINK]",
    "◁think▷",
    "◁/think▷",
    "<thinking>",
    "</Thinking>",
    "[/THOUGHT]",
    "</analysis>",
]
MARKS += [
    "<|channel|>",
    "analysis",
    "final",
    "<|message|>",
    "<|end|>",
    "<|start|>assistant",
    "assistantfinal",
    "<think/>",
]
REST = [
    "<",
    "think>",
    "otters",
    "Otters.",
    " ",
    "\n",
    "</",
    "`",
    '"',
    "```",
    "~~~",
    "<code>",
    "</code>",
    "- ",
    "(",
    ")",
    "|>",
    "🦦",
    "[1]",
    "◁",
    "<|",
]
TEXTS = st.lists(st.sampled_from(MARKS + REST)).map("".join)


@given(TEXTS, st.lists(st.integers(0, 9)))
def test_pieces_make_no_difference(text: str, sizes: list[int]) -> None:
    assert shown(pieces_of(text, sizes)) == shown([text])


@given(st.text())
@example("A < B, [1 and <b>bold</b>; <thing>, ◁ and <|endoftext|>.")
def test_a_text_without_marks_stays_as_it_is(text: str) -> None:
    assert shown(list(text)) == without_reasoning(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Otters say <think> aloud </think>.",
        "Use `<think>` before and `</think>` after the reasoning.",
        'It begins with "<think>" and ends with "</think>".',
        "Its tags (<think>) and “</think>” are removed.",
        "```xml\n<think>\nWhat do they eat?\n</think>\n```\nThat is the format.",
        "Write `a <think> b </think> c` there.",
        "The token <|end|> ends a message, and <|channel|> names its channel.",
        "analysis of otters",
        "The assistantfinal mark.",
        "It ends with </think>, as all do; </think>; and </think>.",
        "~~~\n<think>\nWhat?\n</think>\n~~~\nThat is the format.",
        "In <code><think>a</think></code> it is a tag.",
        "The marks are:\n- <think>\n- </think>\nThat is all.",
        "```\nfood\n</think>\n```\nThat ends it. `</think>` does.",
        "- <thinker> and <thoughtful> are no tags",
        " <thin",
    ],
)
def test_an_answer_about_tags_is_an_answer(text: str) -> None:
    assert shown([text]) == shown(list(text)) == without_reasoning(text) == text


def test_text_is_held_back_only_where_it_may_be_a_mark() -> None:
    assert [ReasoningFilter().shown(piece) for piece in ("O", " O", "<b", "<thing", "[1]", "a <", "[x")] == [
        "O", " O", "<b", "<thing", "[1]", "a ", "[x",
    ]  # fmt: skip
    assert [ReasoningFilter().shown(piece) for piece in ("<", " <thi", "<think a", "◁", "[TH", "<|cha", "analys")] == [
        ""
    ] * 7


def test_what_was_shown_is_withdrawn_once() -> None:
    separate = ReasoningFilter()
    assert (separate.shown("They ask. "), separate.withdrawn) == ("They ask. ", False)
    assert (separate.shown("</think>\nUrch"), separate.withdrawn, separate.unopened) == ("Urch", True, True)
    assert (separate.shown("ins"), separate.withdrawn) == ("ins", False)


def test_a_withdrawn_beginning_is_nowhere_after_an_opening_mark() -> None:
    separate = ReasoningFilter()
    assert separate.shown("<think>a</think>b") == "b"
    assert separate.shown("</think>c") == "c"
    assert (separate.withdrawn, separate.unopened) == (True, False)

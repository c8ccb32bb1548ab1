"""Single questions out of what chat models write when they are asked for some."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.enrichment.questions import questions_of

TWO = ["What do otters eat?", "Where do bees winter?"]
WRITTEN = {
    "numbers": "1. What do otters eat?\n2. Where do bees winter?",
    "brackets": "(1) What do otters eat?\n(2) Where do bees winter?",
    "a preamble": "Here are 2 questions it answers:\n\n1) What do otters eat?\n\n2) Where do bees winter?\n",
    "a closing remark": "1. What do otters eat?\n2. Where do bees winter?\n\nLet me know if you want more!",
    "bullets": "- What do otters eat?\n* Where do bees winter?",
    "letters": "Q1: What do otters eat?\nQ2: Where do bees winter?",
    "markup": "**Questions**\n\n1. **What do otters eat?**\n2. **Question 2:** *Where do bees winter?*",
    "answers": "Q: What do otters eat?\nA: Sea urchins.\nQ: Where do bees winter?\n**Answer:** In the hive.",
    "answers below": "1. What do otters eat?\n   - Sea urchins.\n2. Where do bees winter?\n   - In the hive.",
    "one line": "1. What do otters eat? 2. Where do bees winter?",
    "nothing but questions": "What do otters eat?\nWhere do bees winter?",
    "quotes": '1. "What do otters eat?"\n2. “Where do bees winter?”',
    "twice the same": "1. What do otters eat?\n2. Where do bees winter?\n3. What do otters eat?",
    "Windows": "1. What do otters eat?\r\n2. Where do bees winter?\r\n",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=list(WRITTEN))
def test_questions_are_found_however_they_are_set_out(written):
    assert questions_of(written) == TWO


ORDERS = ["Name the food of otters.", "Tell where bees winter."]
CHINESE = ["水獭吃什么\uff1f", "蜜蜂在哪里过冬\uff1f"]


@pytest.mark.parametrize(
    ("written", "questions"),
    [
        ("1. Name the food of otters.\n2. Where do bees winter?", [ORDERS[0], TWO[1]]),
        ("Sure:\n- Name the food of otters.\n- Tell where bees winter.", ORDERS),
        (ORDERS[0], ORDERS[:1]),
        (f"1. {CHINESE[0]}\n2. {CHINESE[1]}", CHINESE),
        ("1. In 2019, 3.5 tons of what?\n2. By 1.5 % or 2.0 %?", ["In 2019, 3.5 tons of what?", "By 1.5 % or 2.0 %?"]),
        ("Here is what I found:", []),
        ("\n \n", []),
        ("", []),
    ],
)
def test_what_else_models_write(written, questions):
    assert questions_of(written) == questions


PIECES = st.sampled_from(["1. ", "- ", "Q: ", "**", "a?", "\n", ":", "(2)", " "])


@given(st.text(max_size=80) | st.lists(PIECES).map("".join))
@example("\x1f")  # white space that is no mark-up
def test_any_text_gives_distinct_texts_with_something_in_them(written):
    found = questions_of(written)
    assert len(set(found)) == len(found)
    assert all(question.strip() and "\n" not in question for question in found)

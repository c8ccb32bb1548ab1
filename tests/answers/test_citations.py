"""Splitting generated answers into sentences, and assigning citation markers in all their forms to them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answers.citations import cited_sentences
from rag_core.answers.prompts import NOT_FOUND

KNOWN = range(1, 6)


def found(text, known=KNOWN):
    return [(text[cited.start : cited.end], cited.numbers) for cited in cited_sentences(text, known)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Bees eat [1]. Honey comes [2][3].",
            [("Bees eat [1].", [1]), ("Honey comes [2][3].", [2, 3])],
        ),
        (
            "Bees eat. [1] Honey comes. [2, 3]",
            [("Bees eat. [1]", [1]), ("Honey comes. [2, 3]", [2, 3])],
        ),
        (
            "Bees eat.[1] Honey comes.[1]-[3]",
            [("Bees eat.[1]", [1]), ("Honey comes.[1]-[3]", [1, 2, 3])],
        ),
        ("Bees, e.g. those [1-2], eat [5; 4].", [("Bees, e.g. those [1-2], eat [5; 4].", [1, 2, 5, 4])]),
        ("[1] and [1] again [ 2 ].", [("[1] and [1] again [ 2 ].", [1, 2])]),
    ],
)
def test_numbers_in_brackets_are_citations(text, wanted):
    assert found(text) == wanted


def test_a_marker_at_the_beginning_of_a_line_belongs_to_that_line():
    text = "[2] Bees eat. They fly. [3] Honey comes.\n* [1] Frost kills."
    wanted = [("[2] Bees eat.", [2]), ("They fly.", [2]), ("[3] Honey comes.", [3]), ("[1] Frost kills.", [1])]
    assert found(text) == wanted


def test_a_marker_on_its_own_line_belongs_to_the_sentence_before():
    assert found("Bees eat.\n[1]\n\nFrost kills.") == [("Bees eat.", [1]), ("Frost kills.", [])]


def test_a_number_without_a_hit_is_not_a_citation():
    assert found("Bees eat [9]. Honey [0] comes [1][17].") == [("Bees eat [9].", []), ("Honey [0] comes [1][17].", [1])]
    assert found("[9] Bees eat. They fly.") == [("[9] Bees eat.", []), ("They fly.", [])]


@pytest.mark.parametrize("text", ["Bees eat (1).", "Bees eat [one].", "Bees[1234] eat", "x[i]", "[]", "[1", "Step 1]."])
def test_other_brackets_are_not_citations(text):
    assert not [numbers for _, numbers in found(text) if numbers]


def test_the_introduction_of_a_list_is_merged_with_its_first_item():
    text = "There are **two kinds:**\n1. Bees. [1]\n2. Wasps [2]"
    assert found(text) == [("There are **two kinds:**\n1. Bees. [1]", [1]), ("Wasps [2]", [2])]


@pytest.mark.parametrize(
    "text",
    [NOT_FOUND, f"{NOT_FOUND} [1]", f"**{NOT_FOUND}**", "Answer: not found in the retrieved text", "[1][2]", "---", ""],
)
def test_text_without_a_claim_is_not_a_sentence(text):
    assert found(text) == []


def test_text_after_not_found_is_a_claim():
    assert found(f"{NOT_FOUND} But otters sleep.") == [("But otters sleep.", [])]
    assert found(f"{NOT_FOUND[:-1]}, but otters sleep.") != []


def test_chinese_and_japanese_full_stops_end_sentences():
    assert found("水獭睡觉。[1]水獭吃鱼[2]。") == [("水獭睡觉。[1]", [1]), ("水獭吃鱼[2]。", [2])]


PIECES = [
    "[1]", "[2]", "[1, 2]", "[1]-[3]", "[99]", "[", "]", " ", "  ", "\n", "\r\n", ".", "。", ":", "Bees fly", "e.g.",
    "水獭", "🦦", "- ", "1. ", "**", "3.5 %", NOT_FOUND, "x" * 300, "a. " * 50, "[1] [2]. " * 20, "\0", "\u2028",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=100)


@given(TEXTS)
def test_sentences_ascend_and_no_claim_lies_between_them(text):
    sentences = cited_sentences(text, KNOWN)
    last = 0
    for cited in sentences:
        assert last <= cited.start < cited.end <= len(text)
        assert any(map(str.isalnum, cited.text))
        assert set(cited.numbers) <= set(KNOWN)
        assert len(set(cited.numbers)) == len(cited.numbers)
        last = cited.end
    between, at = "", 0
    for cited in sentences:
        between, at = f"{between}|{text[at : cited.start]}", cited.end
    between = re.sub(rf"(?i)(answer\W*)?{NOT_FOUND[:-1]}", "", f"{between}|{text[at:]}")
    between = re.sub(r"\[[\s\d,;–-]+\]|(?m:^|\|)\s*\d{1,3}[.)]\s", "", between)  # noqa: RUF001
    assert not [c for c in between if c.isalpha()], between


@given(TEXTS)
def test_every_known_number_in_brackets_is_cited_if_there_is_a_claim(text):
    sentences = cited_sentences(f"Otters sleep.\n{text}", KNOWN)
    numbers = {number for cited in sentences for number in cited.numbers}
    without = text.replace(NOT_FOUND, "")
    if without == text:
        assert {int(n) for n in re.findall(r"\[([1-5])\]", text)} <= numbers


@pytest.mark.parametrize(
    "text",
    [
        "[1]" * 20_000,
        "[" * 50_000,
        "a " * 50_000,
        "[1] " * 20_000,
        " " * 100_000,
        ".[1]" * 20_000,
        "Bees eat. [1] " * 20_000,
        "[1] " + "Bees eat. " * 20_000,
        "Bees" + "[1-999]" * 20_000,
    ],
)
@pytest.mark.timeout(120)  # a search of all sentences for each citation would take minutes
def test_long_answers_are_parsed_quickly(text):
    cited_sentences(text, KNOWN)

"""Fitting hits into the context window: the best ones first, with a note on those left out."""

from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.answers.context import (
    BETWEEN,
    conservative_count,
    cut_note,
    excerpts_of,
    fit_excerpts,
    fit_note,
    grouped,
    truncated_excerpt,
)
from rag_core.text.tokenizers import get_tokenizer
from tests.fakes.scripted import Scripted

TEXTS = st.sampled_from(
    [
        "",
        " ",
        "otters ",
        "a. ",
        "x" * 500,
        "Bees dance.\r\n",
        "水獭睡觉。",
        "🦦",
        "👩‍👩‍👧",
        "1234567.89 ",
        "\n\n",
        "[1] ",
        "It is. " * 40,
    ]
)
HITS = st.lists(st.lists(TEXTS, min_size=1, max_size=8).map("".join).filter(bool), max_size=6)
COUNTS = {"words": lambda text: len(text.split()), "characters": len, "tokens": lambda text: count_tokens(text)}


def count_tokens(text):
    return get_tokenizer("cl100k").count(text)


@pytest.fixture(scope="module")
def excerpts(text_document):
    """A function that makes the excerpts of hits with given texts, which together are the whole document."""

    def make(texts):
        document = text_document("".join(texts))
        hits, start = [], 0
        for rank, text in enumerate(texts, 1):
            hits.append(SimpleNamespace(document=document.id, start=start, end=start + len(text), text=text, rank=rank))
            start += len(text)
        return excerpts_of(hits, [document])

    return make


def test_hits_with_the_same_text_are_one_excerpt(excerpts):
    found = excerpts(["Bees. ", "Otters. ", "Bees. "])
    assert [(excerpt.ranks, excerpt.numbered) for excerpt in found] == [((1, 3), "[1] Bees. "), ((2,), "[2] Otters. ")]


@given(texts=HITS, room=st.integers(50, 800), count=st.sampled_from(sorted(COUNTS)))
def test_excerpts_fit_and_are_in_the_order_of_ranks(excerpts, texts, room, count):
    found, counted = excerpts(texts), COUNTS[count]
    taken = fit_excerpts(found, room, counted)
    assert counted(BETWEEN.join(excerpt.numbered for excerpt in taken)) <= room
    assert [excerpt.ranks for excerpt in taken] == [excerpt.ranks for excerpt in found[: len(taken)]]
    assert list(taken[:-1]) == list(found[: len(taken) - 1])
    if found:
        assert taken
        assert taken[-1].text
        assert found[len(taken) - 1].text.startswith(taken[-1].text)
    if counted("".join(excerpt.numbered + BETWEEN for excerpt in found)) + 10 * len(found) <= room:
        assert taken == found


@example(texts=["x" * 500], room=50, count="tokens")
@given(texts=HITS, room=st.integers(50, 200), count=st.sampled_from(sorted(COUNTS)))
def test_a_single_hit_is_truncated_to_fit(excerpts, texts, room, count):
    for excerpt in excerpts(texts):
        cut = truncated_excerpt(excerpt, room, COUNTS[count])
        assert cut.text
        assert excerpt.text.startswith(cut.text)
        assert COUNTS[count](cut.numbered) <= room


@given(st.lists(st.integers(1, 40), min_size=1), st.integers(50, 100), st.integers(1, 3))
def test_groups_are_consecutive_texts_that_fit(lengths, room, min_size):
    texts = ["x" * length for length in lengths]
    groups = [group.split(BETWEEN) for group in grouped(texts, room, len, min_size)]
    assert [text for group in groups for text in group] == texts
    assert all(len(BETWEEN.join(group)) <= room for group in groups if len(group) > min_size)
    assert all(len(group) >= min_size for group in groups[:-1])


def test_the_last_hit_is_truncated_at_a_sentence(excerpts):
    found = excerpts(["One two three. ", "Four five six. Seven eight nine. Ten."])
    assert fit_excerpts(found, 9, COUNTS["words"])[-1].text == "Four five six."
    assert [excerpt.text for excerpt in fit_excerpts(found, 6, COUNTS["words"])] == ["One two three. "]
    assert fit_excerpts(found, 3, COUNTS["words"])[-1].text == "One two"


def test_numbers_count_one_token_per_digit():
    class Cl100k(Scripted):
        def count_tokens(self, text):
            return count_tokens(text)

    count = conservative_count(Cl100k())
    assert count("1234567") >= 7
    assert count("otters eat sea urchins " * 20) >= 1.1 * count_tokens("otters eat sea urchins " * 20)


def noted(found, room, context_tokens=4096):
    return fit_note(found, fit_excerpts(found, room, COUNTS["words"]), Scripted(context_tokens=context_tokens))


def test_a_note_says_which_hits_do_not_fit(excerpts):
    ten = "One two three four five six seven eight nine ten. "
    found = excerpts([f"{ten}{i}. " for i in range(5)])
    assert noted(found, 60) is None
    remedy = "The modes refine and tree summarize read all hits."
    assert noted(found, 36) == (
        "3 of 5 hits fit into the 4,096 tokens of scripted; hits 4 and 5 were left out. " + remedy
    )
    assert noted(found, 48) == "4 of 5 hits fit into the 4,096 tokens of scripted; hit 5 was left out. " + remedy
    assert noted(found, 23) == (
        "2 of 5 hits fit into the 4,096 tokens of scripted, hit 2 only with 10 of its 11 tokens; hits 3 to 5 were left "
        "out. " + remedy
    )
    assert noted(found[:2], 23) == (
        "2 of 2 hits fit into the 4,096 tokens of scripted, hit 2 only with 10 of its 11 tokens."
    )


def test_a_note_says_how_much_of_a_long_hit_does_not_fit(excerpts):
    [found] = excerpts(["Bees dance. " * 3000])
    cut = truncated_excerpt(found, 1000, COUNTS["words"])
    assert cut_note(found, found, Scripted()) is None
    note = "Hit 1 fits into the 4,096 tokens of scripted only with 998 of its 6,000 tokens."
    assert cut_note(found, cut, Scripted()) == note

"""The relevances in a model's reply: LlamaIndex's where the reply is as asked for, and a rule for all others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core.indices.utils import default_parse_choice_select_answer_fn

from rag_core.parts.rerank.relevances import relevances_in

CHOICES = st.lists(st.tuples(st.integers(1, 10), st.integers(1, 10)), unique_by=lambda choice: choice[0], max_size=10)


@given(CHOICES)
def test_llama_index_reads_the_same(choices: list[tuple[int, int]]) -> None:
    reply = "\n".join(f"Doc: {number}, Relevance: {relevance}" for number, relevance in choices)
    numbers, relevances = default_parse_choice_select_answer_fn(reply, 10)
    theirs = dict(zip(numbers, relevances, strict=True))
    ours, problems = relevances_in(reply, 10)
    assert ours == [theirs.get(number, 0.0) for number in range(1, 11)]
    assert bool(problems) == (not choices)


@pytest.mark.parametrize(
    "reply",
    [
        "Doc: 2, Relevance: 7.5\nDoc: 1, Relevance: 3",
        "Answer:\n1. **Doc: 2**, Relevance: 7.5/10\n2. **Doc: 1**, Relevance: 3/10\nThe others are irrelevant.",
        "Document 2 (relevance: 7.5)\nDocument 1 (relevance: 3)",
        "```\ndoc 2, relevance score 7.5\ndoc 1, relevance score 3\n```",
    ],
)
def test_other_forms(reply: str) -> None:
    assert relevances_in(reply, 3) == ([3.0, 7.5, 0.0], [])


@pytest.mark.parametrize(
    ("reply", "found", "said"),
    [
        ("Doc: 0, Relevance: 9\nDoc: 2, Relevance: 5", [0, 5], "document 0 is none of the 2, and was ignored"),
        ("Doc: 3, Relevance: 9\nDoc: 2, Relevance: 5", [0, 5], "document 3 is none of the 2, and was ignored"),
        ("Doc: 1, Relevance: 4\nDoc: 1, Relevance: 9", [4, 0], "document 1 is named again, and its first relevance"),
        ("Doc: 1, Relevance: 95", [10, 0], "the relevance 95 of document 1 counts as 10"),
        ("Doc: 1, Relevance: -3", [0, 0], "the relevance -3 of document 1 counts as 0"),
        ("I cannot help with that.", [0, 0], "no document is named as asked for"),
        ("", [0, 0], "no document is named as asked for"),
    ],
)
def test_what_cannot_be_taken_as_it_is_is_said(reply: str, found: list[float], said: str) -> None:
    relevances, [problem] = relevances_in(reply, 2)
    assert relevances == found
    assert problem.startswith(said)


def test_known_difference_llama_index_takes_document_0_for_one_of_them() -> None:
    numbers, _ = default_parse_choice_select_answer_fn("Doc: 0, Relevance: 9", 2)
    assert numbers == [0]  # of which LLMRerank makes the position -1, the last document


@given(st.text(), st.integers(1, 20))
def test_any_reply(reply: str, documents: int) -> None:
    relevances, _ = relevances_in(reply, documents)
    assert len(relevances) == documents
    assert all(0 <= relevance <= 10 for relevance in relevances)

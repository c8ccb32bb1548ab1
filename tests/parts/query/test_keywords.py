"""Keywords: the rarest words of a question, against the definition."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core import compare, preset
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.parts.query.keywords import Keywords
from rag_core.parts.query.rarity import rarities
from rag_core.text.terms import words_of
from tests.resources import RESOURCES

TEXT = "The lighthouse was lit in 1871.\nThe lighthouse has keepers.\n\nKeepers carry rapeseed oil.\nA lighthouse!"
WORDS = words_of("english", stemmed=True)


def asked(question: str, *texts: str, **fields: object) -> list[str]:
    documents = [Document.from_text(text, f"{i}.txt") for i, text in enumerate(texts or (TEXT,))]
    part = Keywords(**fields)  # type: ignore[arg-type]
    return [query.text for query in part.queries(question, replace(RESOURCES, documents=documents))]


def test_the_rarest_words_in_the_order_of_the_question() -> None:
    question = "Which lighthouse keepers carried the oil?"
    assert asked(question) == ["lighthouse keepers carried oil"]
    assert asked(question, keywords=2) == ["carried oil"]
    assert asked(question, keywords=1) == ["carried"]


def test_words_that_only_ask_are_left_out_however_rare_they_are() -> None:
    assert asked("What did the keepers carry, and when were they there?") == ["keepers carry"]
    assert asked("Was waren die Lampen?", "Die Lampen leuchten.\nWas?", language="german") == ["Lampen"]


def test_several_documents_are_counted_together() -> None:
    assert asked("oil or keepers", TEXT, "oil\noil\noil", keywords=1) == ["keepers"]


@pytest.mark.parametrize("question", ["What is the?", "Zebras and yaks", "?!", "的"])
def test_a_question_without_known_words_is_kept(question: str) -> None:
    assert asked(question) == [question]
    assert asked("oil", "") == ["oil"]


def test_unknown_and_repeated_words_are_left_out() -> None:
    assert asked("oil zebra OIL oils") == ["oil"]


@given(
    st.lists(st.sampled_from(["oil oil", "keepers", "lit", "1871", "", "the", "猫が好き", "é\u2028x y"]), max_size=30)
)
def test_the_definition(lines: list[str]) -> None:
    text = "\n".join(lines)
    known = [line for line in lines if line.strip()]
    expected = {}
    for term in WORDS.terms("oil keepers lit 1871 zebra 猫が好き"):
        holding = sum(term in WORDS.terms(line) for line in known)
        if holding:
            expected[term] = math.log(1 + (len(known) - holding + 0.5) / (holding + 0.5))
    found = rarities(WORDS.terms("oil keepers lit 1871 zebra 猫が好き"), [Document.from_text(text)], WORDS)
    assert found == pytest.approx(expected)


def test_what_was_kept_stands_in_the_column(text_document: Callable[..., Document], model_vectors: Vectors) -> None:
    strategy = preset("hybrid:query.kind=keywords,query.keywords=1")
    [column] = compare([text_document(TEXT)], "Who are the keepers?", [strategy], vectors=model_vectors).columns
    assert [query.text for query in column.queries] == ["keepers"]
    assert column.model_calls == []

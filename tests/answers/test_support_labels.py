"""The labels for measuring the minimum similarity match the answers and the documents."""

import json

import pytest

from rag_core import open_document
from rag_core.answers.citations import cited_sentences
from tests.benchmarks.support_threshold import LABELS

LINES = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def test_a_hundred_sentences_are_labelled():
    labels = [label for line in LINES for label in line["supported"]]
    assert len(labels) == 100
    assert {type(label) for label in labels} == {bool}
    assert 0 < sum(labels) < len(labels)


def test_each_sentence_has_its_label():
    for line in LINES:
        assert list(line) == ["document", "question", "spec", "hits", "answer", "supported"]
        found = cited_sentences(line["answer"], [rank for rank, _, _ in line["hits"]])
        assert len(found) == len(line["supported"]) > 0, line["question"]


def test_no_question_is_asked_twice():
    asked = [(line["document"], line["question"], line["spec"]) for line in LINES]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("name", sorted({line["document"] for line in LINES}))
def test_hits_are_inside_their_document(name, request):
    of = [line for line in LINES if line["document"] == name]
    if name == "handbook":
        document = request.getfixturevalue("handbook")
    else:
        document = open_document(request.getfixturevalue("shared_data") / "papers" / f"{name}.pdf")
    for line in of:
        assert [rank for rank, _, _ in line["hits"]] == [1, 2, 3]
        assert all(0 <= start < end <= len(document.text) for _, start, end in line["hits"])

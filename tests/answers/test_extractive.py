"""Extractive answers: every citation is a sentence of the cited hit."""

import re

import pytest

from rag_core import compare, preset
from rag_core.answers.extractive import MAX_SENTENCES
from rag_core.answers.prompts import NOT_FOUND

TEXT = """\
The village keeps its bees on the southern slope. Anna Berg looks after forty hives there
and writes down every week what each of them weighs.

Honey is harvested twice a year, in May and in August. Honey is harvested two times
a year, in May and in August. The first harvest falls in the last days of May.

In 2019 a late frost killed the blossom of the cherries. The bees had to be fed with sugar."""
SMALL = "baseline:chunker.chunk_tokens=40,chunker.overlap_tokens=0,budget.hits=5"


@pytest.fixture
def column(text_document, model_vectors):
    def ask(question, spec=SMALL, text=TEXT):
        result = compare([text_document(text)], question, [preset(spec)], answers=True, vectors=model_vectors)
        return result.columns[0]

    return ask


@pytest.mark.parametrize(
    "question", ["When is honey harvested?", "Who looks after the hives?", "What did the late frost do in 2019?"]
)
@pytest.mark.parametrize("spec", [SMALL, "chunk_references", "metadata_references"])
def test_citations_quote_the_cited_hits(question, spec, column):
    found = column(question, spec)
    assert found.answer.found
    parts = re.findall(r"(.+?) \[(\d+)\](?: |$)", found.answer.text)
    assert len(parts) == len(found.answer.citations) <= MAX_SENTENCES
    for (quoted, number), citation in zip(parts, found.answer.citations, strict=True):
        hit = found.hits[citation.hit - 1]
        assert hit.rank == citation.hit == int(number)
        assert hit.start <= citation.start < citation.end <= hit.end
        assert re.sub(r"\s+", " ", TEXT[citation.start : citation.end]) == quoted


def test_the_answer_is_the_relevant_sentence(column):
    assert column("Who looks after the hives?").answer.text.startswith("Anna Berg looks after forty hives there and")


@pytest.mark.parametrize("question", ["Which court ruled on software patents?", "How do I reset my password?"])
def test_questions_that_the_text_does_not_answer_are_not_found(question, column):
    answer = column(question).answer
    assert answer.text.startswith(NOT_FOUND)
    assert (answer.citations, answer.found) == ([], False)


def test_near_duplicates_are_left_out(column):
    text = column("How often is honey harvested, and when?").answer.text
    assert ("twice a year" in text) != ("two times a year" in text)


def test_a_sentence_in_two_hits_cites_the_better_one(column):
    found = column("Who looks after the hives?", "baseline:chunker.chunk_tokens=50,chunker.overlap_tokens=49")
    cited = [(citation.start, citation.end) for citation in found.answer.citations]
    assert len(set(cited)) == len(cited)


def test_a_text_without_sentences_gives_no_answer(column):
    assert column("Who looks after the hives?", text="Hives").answer.text == NOT_FOUND

"""Sentences are supported if the cited hits have a similar passage and the same numbers."""

import re

import numpy as np
import pytest

from rag_core import compare, preset
from rag_core.answers.prompts import NOT_FOUND
from rag_core.answers.support import MIN_SUPPORT, RULE, judged
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span

TEXT = """\
The village keeps its bees on the southern slope. Anna Berg looks after forty hives there, and writes down every week \
what each of them weighs. A strong colony gains 2,500 grams on a day in May.

Honey is harvested twice a year, in May and in August. The first harvest falls in the last days of May. The honey of \
August is dark, because it comes from the woods.

In 2019 a late frost killed the blossom of the cherries. The keepers had to buy sugar \
until the limes were in bloom.
"""
SPEC = "baseline:chunker.chunk_tokens=45,chunker.overlap_tokens=0,budget.hits=5"


@pytest.fixture
def hits_of(text_document, model_vectors):
    def find(text=TEXT, spec=SPEC):
        document = text_document(text)
        [column] = compare([document], "bees", [preset(spec)], vectors=model_vectors).columns
        return column.hits, document

    return find


@pytest.fixture
def judge(hits_of):
    """A function that checks the sentences of an answer; `[bees]` in it cites the hit that contains "bees"."""

    def judge(answer, **document):
        hits, opened = hits_of(**document)
        for word in re.findall(r"\[([A-Za-z]\w+)\]", answer):
            rank = next(hit.rank for hit in hits if word in hit.text)
            answer = answer.replace(f"[{word}]", f"[{rank}]")
        return (answer, *judged(answer, hits, [opened]))

    return judge


@pytest.mark.parametrize("pooling", ["late", "per_chunk"])
def test_a_sentence_of_a_hit_is_supported_and_its_position_cited(judge, hits_of, pooling):
    spec = f"{SPEC},search.pooling={pooling}"
    answer, [frost, anna], citations = judge(
        "A late frost destroyed the cherry blossom. [frost] Anna Berg takes care of 40 hives [Anna].", spec=spec
    )
    assert (frost.supported, frost.hits) == (True, [citations[0].hit])
    assert frost.similarity > MIN_SUPPORT
    assert anna.supported
    hits, document = hits_of()
    cited = document.text[citations[0].start : citations[0].end]
    assert cited == "In 2019 a late frost killed the blossom of the cherries."
    [hit] = [hit for hit in hits if hit.rank == citations[0].hit]
    assert hit.start <= citations[0].start < citations[0].end <= hit.end
    assert answer[frost.start : frost.end].startswith("A late frost destroyed the cherry blossom. [")


@pytest.mark.parametrize(
    ("answer", "supported"),
    [
        ("Honey is harvested twice a year [harvested].", True),
        ("Honey is harvested in May and August. [harvested]", True),
        ("Anna Berg weighs all hives every week [frost].", False),
        ("Honey is harvested twice a year.", False),
        ("Honey is harvested twice a year [77].", False),
        ("Honey is harvested twice a year [frost][harvested].", True),
        ("The parliament passed a law on software patents [harvested].", False),
        ("A strong colony gains 2500 grams a day in May [colony].", True),
        ("A strong colony gains 3,500 grams a day in May [colony].", False),
        ("The blossom of the cherries was killed by frost in 2019 [frost].", True),
        ("The blossom of the cherries was killed by frost in 2018 [frost].", False),
    ],
)
def test_support(judge, answer, supported):
    _, [sentence], _ = judge(answer)
    assert sentence.supported is supported
    assert (sentence.similarity is None) is not bool(sentence.hits)


def test_small_numbers_may_be_spelled_out_in_the_hit(judge):
    text = "Two keepers look after the bees of the village. They have three dogs, which sleep beside the hives all day."
    _, [dogs, keepers], _ = judge(
        "They have 3 dogs, which sleep beside the hives [dogs]. The 4 keepers look after the bees [dogs].", text=text
    )
    assert (dogs.supported, keepers.supported) == (True, False)


def test_two_consecutive_sentences_can_support_one(judge, hits_of):
    text = "The otter is called Olga. She was found on a beach as a pup. The bees dance."
    answer = "The otter Olga was found on a beach as a pup [Olga]."
    _, [sentence], [citation] = judge(answer, text=text)
    assert sentence.supported
    assert text[citation.start : citation.end] == "The otter is called Olga. She was found on a beach as a pup."


@pytest.mark.parametrize("answer", [NOT_FOUND, f"{NOT_FOUND} [1]", "", "[1]"])
def test_an_answer_without_a_claim_has_no_sentences(judge, answer):
    assert judge(answer)[1:] == ([], [])


def test_nothing_is_embedded_without_citations(hits_of, monkeypatch):
    hits, document = hits_of()
    monkeypatch.setattr("rag_core.answers.support.ColumnVectors.of_texts", None)
    [sentence], citations = judged("Bees dance.", hits, [document])
    assert (sentence.supported, sentence.similarity, citations) == (False, None, [])


def test_every_sentence_of_a_hit_supports_itself(hits_of, handbook, model_vectors):
    """Including long hits, of which only the passages nearest by the token pass are compared."""
    [column] = compare([handbook], "What is late pooling?", [preset("baseline")], vectors=model_vectors).columns
    for hit in column.hits:
        spans = sentences(handbook, Span(hit.start, hit.end))[::7]
        said = [re.sub(r"\s+", " ", handbook.text[start:end]) for start, end in spans]
        answer = "\n".join(f"[{hit.rank}] {text}" for text in said if "[" not in text)
        found, citations = judged(answer, column.hits, [handbook])
        assert len(found) >= 3
        assert np.mean([sentence.supported for sentence in found]) == 1
        assert all(hit.start <= citation.start < citation.end <= hit.end for citation in citations)


def test_the_rule_names_its_threshold():
    assert f"{MIN_SUPPORT:.2f}" in RULE

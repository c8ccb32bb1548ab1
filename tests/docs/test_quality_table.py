"""The table of parts in docs/quality.md has every kind, and its intervals count passages, not questions."""

import numpy as np

from rag_core.documents.document import Document
from rag_core.evaluation.matching import MatchedQuestion
from rag_core.evaluation.question_sets import Question
from rag_core.geometry import Span
from rag_core.parts import kinds
from tests.benchmarks.paired import interval, passages
from tests.benchmarks.part_rows import BASE, SLOTS, rows
from tests.benchmarks.parts import BEGIN, END, PAGE


def test_every_kind_has_a_row_for_each_question_set() -> None:
    table = PAGE.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    for row in rows():
        begins = tuple(f"| {row.slot} | {row.label} {sign}" for sign in "|(")
        assert sum(line.startswith(begins) for line in lines) == 2, row
    found = {(row.slot, row.kind) for row in rows()}
    assert found == {(slot, kind) for slot in SLOTS for kind in kinds(slot)}


def test_rows_differ_from_the_baseline_in_their_slot_alone() -> None:
    base = next(row for row in rows() if row.spec == BASE).strategy
    for row in rows():
        changed = {slot for slot in type(base).model_fields if getattr(row.strategy, slot) != getattr(base, slot)}
        assert changed <= {row.slot, "chunker"}, row


def test_questions_on_one_passage_do_not_narrow_the_interval() -> None:
    differences = np.random.default_rng(1).normal(0.1, 1, 40)
    once = interval(differences, np.arange(40))
    four_times = interval(np.repeat(differences, 4), np.repeat(np.arange(40), 4))
    assert np.allclose(once, four_times)
    independent = interval(np.repeat(differences, 4), np.arange(160))
    assert independent[2] - independent[1] < 0.7 * (once[2] - once[1])
    assert once[1] < differences.mean() < once[2]


def test_questions_are_on_one_passage_if_their_excerpts_overlap_or_their_pages_meet() -> None:
    text, report = Document.from_text("One. Two. Three. Four."), Document.from_text("Another.")
    asked = [
        _asked(text, gold=(Span(0, 4), Span(10, 16))),
        _asked(text, gold=(Span(5, 9),)),
        _asked(text, gold=(Span(15, 20),)),
        _asked(report, pages=(1,)),
        _asked(report, pages=(2, 3)),
        _asked(report, pages=(3, 1)),
    ]
    assert passages(asked).tolist() == [0, 1, 0, 2, 2, 2]


def _asked(document: Document, gold: tuple[Span, ...] = (), pages: tuple[int, ...] = ()) -> MatchedQuestion:
    return MatchedQuestion(Question("id", "Why?", document.name), document, gold, pages)

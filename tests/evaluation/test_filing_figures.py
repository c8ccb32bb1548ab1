"""The question sets on reports are valid and large enough, and each figure is on its page."""

import csv

import pytest

from rag_core import open_document, read_questions
from rag_core.evaluation.gold_pages import touched_pages
from rag_core.evaluation.matching import match
from rag_core.geometry import Span
from tests.benchmarks.filings import FIGURES, REPORTS, earlier_questions

ANNUAL = FIGURES.with_name("annual_report_figures.csv")


def answers(path):
    """The figure of each question, by the id that `read_questions` gives it."""
    with path.open(encoding="utf-8", newline="") as file:
        return {f"row {number}": row["answer"] for number, row in enumerate(csv.DictReader(file), 2)}


@pytest.fixture(scope="module")
def reports(shared_data):
    return [open_document(shared_data / "filings" / f"{name}.pdf") for name in REPORTS]


@pytest.mark.parametrize("path", [FIGURES, ANNUAL], ids=lambda path: path.stem)
def test_each_question_has_a_figure_and_a_page_and_is_asked_once(path):
    questions = read_questions(path)
    assert all(question.pages for question in questions)
    assert all(answers(path).values())
    asked = [(question.corpus, question.text) for question in questions]
    assert len(set(asked)) == len(asked)


def test_there_are_at_least_sixty_on_each_report():
    questions = [*read_questions(FIGURES), *earlier_questions()]
    assert min(sum(question.corpus == name for question in questions) for name in REPORTS) >= 60
    assert len(list(earlier_questions())) == 58


def test_each_figure_stands_on_one_of_its_pages(reports):
    figures, matches = answers(FIGURES), match(read_questions(FIGURES), reports)
    assert not matches.skipped
    missing = [one.question.text for one in matches.questions if not on_its_page(one, figures[one.question.id])]
    assert missing == []


def on_its_page(matched, figure):
    """Whether the figure stands on a page that the question names; line breaks count as blanks."""
    numbers = set(matched.pages)
    texts = [matched.document.text[page.start : page.end] for page in matched.document.pages if page.number in numbers]
    return any(" ".join(figure.split()) in " ".join(text.split()) for text in texts)


def test_pages_of_spans_agree_with_the_text_of_the_pages(reports):
    for document in reports:
        for page in document.pages:
            if page.end > page.start:
                assert touched_pages(document, [Span(page.start, page.end)]) == {page.number}

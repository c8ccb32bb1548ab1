"""Extractive answers share with the question what it asks for: its words, a figure, and the period that it names."""

import pytest

from rag_core import compare, open_document, preset
from rag_core.answers.asked import asked, has_figure
from rag_core.answers.prompts import NOT_FOUND
from rag_core.answers.quotable import is_short_row
from rag_core.answers.shared_words import PARAPHRASE, SharedWords
from rag_core.geometry import Span
from tests.documents.pdf_maker import pages_pdf, prose_lines

REVENUE = (
    "Revenue of Tallow Ridge Tools for fiscal year 2021 was 912 million, up 8% from a year ago, led by demand for hand "
    "planes. Revenue for fiscal year 2020 was 845 million. At the end of the fiscal year the company introduced a saw. "
    "Operating income increased primarily due to higher revenue from chisels and lower costs of shipping."
)
ROWS = [
    ("Cash and cash equivalents", "61", "48"),
    ("Accounts receivable, net", "118", "102"),
    ("Inventories", "237", "204"),
    ("Total current assets", "416", "354"),
]
SPECS = ["baseline", "baseline:search.pooling=per_chunk", "baseline:chunker.chunk_tokens=64,chunker.overlap_tokens=0"]


@pytest.fixture(scope="module")
def report():
    table = [(72, 300, "BALANCE SHEETS (in millions)"), (330, 320, "2021"), (400, 320, "2020")]
    for number, (label, *figures) in enumerate(ROWS):
        table += [(x, 340 + 16 * number, text) for x, text in zip((72, 330, 400), (label, *figures), strict=True)]
    return open_document(pages_pdf([*prose_lines(REVENUE), *table]), name="tallow.pdf")


@pytest.fixture
def answer(report, model_vectors):
    def ask(question, spec="baseline", document=report):
        return compare([document], question, [preset(spec)], answers=True, vectors=model_vectors).columns[0].answer

    return ask


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("What were the inventories at the end of fiscal year 2021?", "Inventories 237 204"),
        ("How high was the inventory in 2020?", "Inventories 237 204"),
        ("How much cash and cash equivalents did the company have?", "Cash and cash equivalents 61 48"),
        ("What were total current assets in 2021?", "Total current assets 416 354"),
    ],
)
def test_a_figure_is_answered_by_its_row(question, row, spec, answer, report):
    found = answer(question, spec)
    first = found.citations[0]
    assert found.text.startswith(row)
    assert " ".join(report.text[first.start : first.end].split()) == row


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("What were the inventories at the end of fiscal year 2019?", "2019"),
        ("What was revenue in 2015?", "2015"),
        ("How much goodwill is on the balance sheet?", "goodwill"),
        ("What were the inventories of Brindle Marine in 2021?", "Brindle"),
        ("How many people work for the company?", "people"),
    ],
)
def test_what_the_report_does_not_say_is_not_answered(question, lacking, spec, answer):
    found = answer(question, spec)
    assert found.text.startswith(f"{NOT_FOUND} No hit mentions ")
    assert f"“{lacking}”" in found.text
    assert not found.found


def test_a_paraphrase_needs_more_similarity_but_no_shared_word(text_document):
    text = "Anna Berg looks after forty hives there and weighs each of them."
    hives, whole = text_document(text), Span(0, len(text))
    assert SharedWords(asked("Who takes care of the insects?"), hives, whole).bonus(whole) == PARAPHRASE
    assert SharedWords(asked("How much do insects cost?"), hives, whole).bonus(whole) < PARAPHRASE


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("2019年末的存货是多少？", "2019年末公司的存货为二百三十七万元。\n\n公司在上海销售木工工具。", "存货为"),  # noqa: RUF001
        (
            "Wie hoch waren die Vorräte am Ende des Jahres 2021?",
            "Die Vorräte betrugen am Ende des Jahres 2021 rund 237 Millionen.\n\nDer Umsatz der Firma ist gewachsen.",
            "Vorräte betrugen",
        ),
    ],
)
def test_other_languages_are_not_withheld_for_their_words(question, text, expected, answer, text_document):
    assert expected in answer(question, document=text_document(text)).text


def test_a_year_in_another_place_of_the_document_counts_where_none_is_near(answer, text_document):
    text = "Annual report 2018\n\n" + "The board met in the harbour hall. " * 80 + "Inventories amounted to 4 million."
    assert "4 million" in answer("What were the inventories in 2018?", document=text_document(text)).text
    assert not answer("What were the inventories in 2016?", document=text_document(text)).found


@pytest.mark.parametrize(
    "question", ["How much did it cost?", "What is the effective tax rate?", "Which share is exported?"]
)
def test_figures_are_asked_for(question):
    assert asked(question).figure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales rose in the third quarter of 2022 compared to 2021.", False),
        ("See Note 7 of Form 10-K.", False),
        ("Sales rose by 4%.", True),
        ("They keep forty hives.", True),
    ],
)
def test_a_date_is_no_figure(text, expected):
    assert has_figure(text) is expected


@pytest.mark.parametrize("text", ["Inventories 5,433 6,580", "Total $ 15,460", "| Employees | 412 | 398 |", "Tax 21 %"])
def test_rows_of_few_words_can_be_quoted(text):
    assert is_short_row(text)


@pytest.mark.parametrize("text", ["Chapter 3", "Note 2 – Revenue", "4.3 Per chunk", "2022 2021", "Page 12"])  # noqa: RUF001
def test_headings_and_heads_of_columns_are_no_rows(text):
    assert not is_short_row(text)

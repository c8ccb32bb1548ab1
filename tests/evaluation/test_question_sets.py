"""Files of questions: what is read from them, and one sentence for each kind of error."""

import csv
import io
import json

import pytest

from rag_core import UserError, read_questions
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span
from tests.paths import ROOT

SAMPLE_QUESTIONS = ROOT / "rag_core" / "sample" / "questions.json"
REFERENCE = {"content": "bees", "start_index": 12, "end_index": 16}


def csv_of(*rows, header=("question", "references", "corpus_id")):
    file = io.StringIO(newline="")
    csv.writer(file).writerows([header, *rows])
    return file.getvalue().encode()


def json_of(*questions, name="bees.md"):
    return json.dumps({"document": {"name": name}, "questions": questions}).encode()


def test_a_csv_row_is_a_question():
    data = csv_of(
        ["Who keeps\nthem?", json.dumps([REFERENCE]), "bees"], [], [" Why? ", json.dumps([REFERENCE] * 2), "x"]
    )
    reference = Reference(Span(12, 16), "bees")
    first, second = read_questions(data)
    assert first == Question("row 2", "Who keeps\nthem?", "bees", (reference,))
    assert (second.id, second.text, second.references) == ("row 4", "Why?", (reference, reference))


def test_columns_in_any_order_and_further_columns():
    data = csv_of(
        ["a", "bees", json.dumps([REFERENCE]), "Who?"], header=["kind", "corpus_id", "references", "question"]
    )
    assert read_questions(b"\xef\xbb\xbf" + data)[0] == Question(
        "row 2", "Who?", "bees", (Reference(Span(12, 16), "bees"),), kind="a"
    )


def test_a_json_set_names_its_document_once():
    asked = {"question": "Who?", "references": [REFERENCE]}
    gold = (Reference(Span(12, 16), "bees"),)
    assert read_questions(json_of({**asked, "id": "q1", "kind": "easy"}, asked)) == [
        Question("q1", "Who?", "bees.md", gold, "easy"),
        Question("question 2", "Who?", "bees.md", gold),
    ]


def test_the_samples_own_questions(handbook):
    questions = read_questions(SAMPLE_QUESTIONS)
    assert len(questions) == 80
    assert {question.corpus for question in questions} == {handbook.name}
    for reference in (reference for question in questions for reference in question.references):
        assert handbook.text[reference.span.start : reference.span.end] == reference.content


def row(references):
    return csv_of(["Who?", references if isinstance(references, str) else json.dumps(references), "bees"])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "lacks the column question and the column corpus_id and the column references or page"),
        (
            csv_of(["Who?", "[]"], header=["question", "references"]),
            "lacks the column corpus_id. A CSV file",
        ),
        (csv_of(), "contains no questions"),
        (b'question,references,corpus_id\nWho?,"[', "is not a CSV file: unexpected end of data"),
        (b"question,references,corpus_id\n\xff", "not UTF-8 text: byte 30 is invalid"),
        (row("[{'content': 1}]"), "Row 2 of set.csv: the references are not JSON"),
        (row(""), "Row 2 of set.csv has no references"),
        (row([]), "Row 2 of set.csv has no references"),
        (row({}), "Row 2 of set.csv has no references"),
        (row(["bees"]), "Row 2 of set.csv has an invalid reference"),
        (row([{**REFERENCE, "start_index": "12"}]), "an invalid reference"),
        (row([{**REFERENCE, "start_index": True}]), "an invalid reference"),
        (row([{**REFERENCE, "start_index": -1}]), "an invalid reference"),
        (
            row([{**REFERENCE, "end_index": 12}]),
            "an invalid reference; .* 0 <= start_index < end_index",
        ),
        (row([{**REFERENCE, "content": None}]), "an invalid reference"),
        (csv_of([" ", json.dumps([REFERENCE]), "bees"]), "Row 2 of set.csv has no question"),
        (csv_of(["Who?", json.dumps([REFERENCE])]), "Row 2 of set.csv does not say which document"),
        (b"{", "set.csv is not JSON"),
        (b"[]", "set.csv contains no questions: it must be"),
        (b'{"questions": []}', "set.csv contains no questions: it must be"),
        (json_of(name=3), "set.csv contains no questions: it must be"),
        (json_of(), "set.csv contains no questions"),
        (json_of("Who?"), "Question 1 of set.csv is not a JSON object"),
        (json_of({"question": 3, "references": [REFERENCE]}), "Question 1 of set.csv has no question"),
        (json_of({"question": "Who?"}), "Question 1 of set.csv has no references"),
        (json_of({"question": "Who?", "references": "x"}), "Question 1 of set.csv has no references"),
        (
            json_of(*[{"id": "q", "question": "Who?", "references": [REFERENCE]}] * 2),
            "questions have the id 'q'",
        ),
    ],
)
def test_an_invalid_file_is_refused(data, message):
    with pytest.raises(UserError, match=message):
        read_questions(data, name="set.csv")


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(UserError, match=r"none\.csv could not be read: No such file"):
        read_questions(tmp_path / "none.csv")
    with pytest.raises(UserError, match="could not be read: Is a directory"):
        read_questions(tmp_path)

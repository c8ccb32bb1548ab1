"""Page recall: gold pages from question sets and from excerpts, over several documents, parsers and page boundaries."""

import csv
import io
import json

import pytest

from rag_core import UserError, evaluate, open_document, preset, read_questions
from rag_core.cli.main import main
from rag_core.evaluation.gold_pages import touched_pages
from rag_core.evaluation.matching import match
from rag_core.evaluation.metrics import page_recall
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span
from tests.documents.pdf_maker import pages_pdf, prose_lines

OTTERS = "Otters hold hands while they sleep. They eat sea urchins and crabs."
BEES = "Bees dance to tell where flowers are. They make honey in their hives."
CRANES = "Cranes fly south in October. They rest in the wet meadows by the lake."
PDF = pages_pdf(prose_lines(OTTERS), prose_lines(BEES), prose_lines(CRANES))
BEST = "baseline:chunker.chunk_tokens=16,chunker.overlap_tokens=0,budget.hits=1"
EVERYTHING = "baseline:chunker.chunk_tokens=64,chunker.overlap_tokens=0,budget.hits=50"


@pytest.fixture(scope="module")
def animals():
    return open_document(PDF, name="animals.pdf")


def page_set(*rows, header=("question", "page", "corpus_id")):
    file = io.StringIO(newline="")
    csv.writer(file).writerows([header, *rows])
    return file.getvalue().encode()


def measured(documents, questions, spec, model_vectors):
    return evaluate(documents, questions, [preset(spec)], vectors=model_vectors).strategies[0]


@pytest.mark.parametrize(
    ("pages", "retrieved", "expected"),
    [((3,), {3, 4}, 1), ((3, 4), {4}, 0.5), ((3,), set(), 0), ((), {1}, None), ((), set(), None)],
)
def test_counted_by_hand(pages, retrieved, expected):
    assert page_recall(pages, retrieved) == expected


def test_a_set_with_pages_is_measured_by_page_alone(animals, model_vectors):
    questions = read_questions(page_set(["What do otters eat?", "1", "animals"], ["Who flies south?", "2", "animals"]))
    found = measured([animals], questions, BEST, model_vectors)
    assert [one.page_recall for one in found.per_question] == [1, 0]  # the second row names a wrong page
    assert found.page_recall == 0.5
    assert (found.recall, found.precision, found.iou, found.precision_omega) == (None, None, None, None)


def test_several_pages_count_by_their_share(animals, model_vectors):
    questions = read_questions(page_set(["Where do bees make honey?", "2, 3", "animals.pdf"]))
    assert questions[0].pages == (2, 3)
    assert measured([animals], questions, BEST, model_vectors).page_recall == 0.5
    assert measured([animals], questions, EVERYTHING, model_vectors).page_recall == 1


def test_the_pages_of_excerpts(animals):
    start = animals.text.index("They eat")
    end = animals.text.index("Bees") + 4
    questions = [
        Question("inside", "What?", "animals", (Reference(Span(start, start + 8), "They eat"),)),
        Question("across", "What?", "animals", (Reference(Span(start, end), animals.text[start:end]),)),
    ]
    assert [one.pages for one in match(questions, [animals]).questions] == [(1,), (1, 2)]


def test_a_span_that_ends_where_a_page_begins_does_not_touch_it(animals):
    first, second, _ = animals.pages
    assert touched_pages(animals, [Span(first.start, second.start)]) == {1}
    assert touched_pages(animals, [Span(first.start, second.start + 1)]) == {1, 2}
    assert touched_pages(animals, [Span(first.end - 1, first.end), Span(second.start, second.end)]) == {1, 2}
    assert touched_pages(animals, [Span(first.end, second.start)]) == set()


def test_hits_in_another_document_touch_no_gold_page(animals, model_vectors):
    trains = open_document(pages_pdf(prose_lines("The night train to the coast leaves at ten.")), name="trains.pdf")
    questions = read_questions(
        page_set(["When does the night train leave?", "1", "animals"], ["When does the train leave?", "1", "trains"])
    )
    found = measured([animals, trains], questions, BEST, model_vectors)
    assert [one.page_recall for one in found.per_question] == [0, 1]


def test_it_is_not_available_for_a_text_without_pages(text_document, model_vectors):
    text = f"{OTTERS}\n\n{BEES}"
    questions = [Question("q1", "What do otters eat?", "notes", (Reference(Span(0, len(OTTERS)), OTTERS),))]
    found = measured([text_document(text, "notes.md")], questions, EVERYTHING, model_vectors)
    assert (found.recall, found.page_recall) == (1, None)


def test_the_mean_is_over_the_questions_that_have_it(animals, text_document, model_vectors):
    questions = [
        Question("q1", "What do otters eat?", "notes", (Reference(Span(0, len(OTTERS)), OTTERS),)),
        Question("q2", "Who flies south in October?", "animals", pages=(3,)),
    ]
    found = measured([text_document(OTTERS, "notes.md"), animals], questions, EVERYTHING, model_vectors)
    assert [one.page_recall for one in found.per_question] == [None, 1]
    assert [one.recall for one in found.per_question] == [1, None]
    assert (found.page_recall, found.recall) == (1, 1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["Who?", "4", "animals"]], r"1 of 1 question names a page .* row 2, page 4 of animals\.pdf, which has 3 pag"),
        (
            [["Who?", "1", "animals"], ["Why?", "2; 7;9", "animals"]],
            r"1 of 2 questions names .* row 3, page 7, 9 of an",
        ),
        ([["Who?", "1", "notes"]], r"row 2, page 1 of notes\.md, a text without pages\)\. Pages are counted from 1"),
    ],
)
def test_a_page_that_does_not_exist_is_refused(rows, message, animals, text_document):
    with pytest.raises(UserError, match=message):
        match(read_questions(page_set(*rows)), [animals, text_document(BEES, "notes.md")])


def test_of_two_documents_of_one_name_the_one_that_has_the_page(animals):
    short = open_document(pages_pdf(prose_lines(CRANES)), name="animals.pdf")
    [asked] = match([Question("q1", "Who?", "animals.pdf", pages=(3,))], [short, animals]).questions
    assert asked.document.id == animals.id
    with pytest.raises(UserError, match=r"the pages of q1 are in all of animals\.pdf"):
        match([Question("q1", "Who?", "animals.pdf", pages=(1,))], [short, animals])


def test_pages_are_the_same_under_another_parser(animals, model_vectors, import_slot):
    import_slot("parser")
    questions = read_questions(page_set(["What do otters eat?", "1", "animals"]))
    assert measured([animals], questions, f"{EVERYTHING},parser.kind=toy_parser", model_vectors).page_recall == 1


@pytest.mark.parametrize("page", ["0", "-1", "1.5", "five", "1-3", "1,,2", "1,"])
def test_an_invalid_page_in_csv_is_refused(page):
    with pytest.raises(UserError, match=r"Row 2 of set\.csv has the invalid page .*numbers from 1"):
        read_questions(page_set(["Who?", page, "animals"]), name="set.csv")


@pytest.mark.parametrize(
    ("page", "pages"), [(5, (5,)), ([6, 5, 6], (5, 6)), ("5", (5,)), (" 6 ; 5 ", (5, 6))], ids=repr
)
def test_pages_in_json(page, pages):
    made = {"document": {"name": "animals.pdf"}, "questions": [{"question": "Who?", "page": page}]}
    assert read_questions(json.dumps(made).encode())[0].pages == pages


@pytest.mark.parametrize("page", [True, 0, 1.5, [], [1, "2"], {"number": 1}], ids=repr)
def test_an_invalid_page_in_json_is_refused(page):
    made = {"document": {"name": "animals.pdf"}, "questions": [{"question": "Who?", "page": page}]}
    with pytest.raises(UserError, match=r"Question 1 of set\.json has the invalid page"):
        read_questions(json.dumps(made).encode(), name="set.json")


def test_rows_with_excerpts_and_rows_with_pages(animals):
    reference = json.dumps([{"content": "Otters", "start_index": 0, "end_index": 6}])
    header = ("question", "references", "page", "corpus_id")
    rows = ["a", reference, "", "x"], ["b", "", "2", "x"], ["c", "[]", "2", "x"]
    questions = read_questions(page_set(*rows, header=header))
    assert [(len(one.references), one.pages) for one in questions] == [(1, ()), (0, (2,)), (0, (2,))]
    with pytest.raises(UserError, match=r"Row 2 of .* has no references and no page"):
        read_questions(page_set(["a", "", "", "x"], header=header))


@pytest.fixture
def run(tmp_path, capsys):
    """Runs the command on the PDF and a set of two questions: gives the exit code, standard output and error."""
    (tmp_path / "animals.pdf").write_bytes(PDF)
    rows = ["What do otters eat?", "1", "animals"], ["What is by the lake?", "1", "animals"]
    (tmp_path / "pages.csv").write_bytes(page_set(*rows))

    def run(*arguments):
        paths = [str(tmp_path / "animals.pdf"), "--questions", str(tmp_path / "pages.csv"), "--strategy", BEST]
        return main(["evaluate", *paths, *arguments]), *capsys.readouterr()

    return run


def test_the_table_the_json_and_thresholds(run):
    code, table, _ = run()
    assert code == 0
    assert table.splitlines()[0].endswith("page recall")
    assert table.splitlines()[1].endswith("50.0 %")
    assert table.splitlines()[1].count("not available") == 5
    made = json.loads(run("--json")[1])
    assert (made["strategies"][0]["page_recall"], made["strategies"][0]["recall"]) == (0.5, None)
    assert [question["pages"] for question in made["questions"]] == [[1], [1]]
    assert run("--fail-under", "page_recall=0.5")[0] == 0
    code, _, err = run("--fail-under", "page_recall=0.8")
    assert (code, err.splitlines()[-1][:36]) == (1, "Not reached: page_recall 0.5000 of b")


def test_a_threshold_that_is_not_available_is_not_reached(run):
    code, table, err = run("--fail-under", "recall=0")
    assert (code, "page recall" in table) == (1, True)
    assert err.splitlines()[-1].endswith("is not available for these questions and documents.")
    assert "Not reached: recall of baseline" in err

"""Files of one name on the command line: what identifies a document is its id, and each has a label of its own."""

import csv
import io
import json
from pathlib import Path

import pytest

from rag_core import compare, open_document, preset
from rag_core.cli.main import main
from rag_core.exports import comparison_csv
from rag_core.exports.retriever import to_llama_index

OTTERS = "Otters hold hands while they sleep. They eat sea urchins and crabs."
BEES = "Bees dance to tell where flowers are. A hive has one queen."
QUESTION = ("-q", "What do otters eat?", "--strategy", "baseline:budget.hits=5")


@pytest.fixture
def files(tmp_path: Path):
    def made(**texts: str) -> list[str]:
        paths = []
        for folder, text in texts.items():
            (tmp_path / folder).mkdir()
            paths.append(tmp_path / folder / "v.txt")
            paths[-1].write_text(text, encoding="utf-8")
        return [str(path) for path in paths]

    return made


def test_both_are_searched_and_every_hit_says_which_it_is_from(files, capsys):
    bees, otters = files(a=BEES, b=OTTERS)
    assert main(["compare", bees, otters, *QUESTION, "--json"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    labels = {document["id"]: document["label"] for document in result["documents"]}
    assert {document["name"] for document in result["documents"]} == {"v.txt"}
    found = {labels[hit["document"]]: hit["text"] for hit in result["columns"][0]["hits"]}
    assert found == {"v.txt": BEES, "v.txt (2)": OTTERS}
    assert f"{otters} is called v.txt (2) here: another document is called v.txt." in printed.err.splitlines()
    assert main(["compare", bees, otters, *QUESTION]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[3] for line in lines if "via chunk" in line] == ["v.txt (2) p. 1", "v.txt p. 1"]


def test_one_content_under_two_names_is_said_on_standard_error_and_in_the_json(files, tmp_path, capsys):
    (first,) = files(a=OTTERS)
    (copy := tmp_path / "copy.txt").write_text(OTTERS, encoding="utf-8")
    assert main(["compare", first, str(copy), *QUESTION, "--json"]) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    said = "copy.txt has the same content as v.txt: it is searched once, as v.txt."
    assert (result["notices"], [one["name"] for one in result["documents"]]) == ([said], ["v.txt"])
    assert said in printed.err.splitlines()


def test_equal_files_of_one_name_are_said_too(files, capsys):
    assert main(["compare", *files(a=OTTERS, b=OTTERS), *QUESTION, "--json"]) == 0
    printed = capsys.readouterr()
    said = "v.txt was given 2 times with the same content; it is searched once."
    assert json.loads(printed.out)["notices"] == [said]
    assert said in printed.err.splitlines()


def test_an_error_in_one_of_them_names_its_path(files, capsys):
    good, empty = files(a=OTTERS, b=" ")
    assert main(["compare", good, empty, *QUESTION]) == 2
    assert f"{empty}: v.txt is empty" in capsys.readouterr().err


def questions_about(tmp_path: Path, *rows: tuple[str, str]) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("question", "references", "corpus_id"))
    for corpus, excerpt in rows:
        start = max(OTTERS.find(excerpt), BEES.find(excerpt))
        reference = {"content": excerpt, "start_index": start, "end_index": start + len(excerpt)}
        writer.writerow((f"About {excerpt}?", json.dumps([reference]), corpus))
    path = tmp_path / "questions.csv"
    path.write_text(table.getvalue(), encoding="utf-8")
    return str(path)


def evaluate(capsys, *arguments: str) -> tuple[int, dict[str, object], str]:
    code = main(["evaluate", *arguments, "--strategy", "baseline", "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out or "{}"), printed.err


def test_questions_are_about_the_file_of_that_name_that_has_their_excerpts(files, tmp_path, capsys):
    bees, otters = files(a=BEES, b=OTTERS)
    rows = [
        ("v.txt", "sea urchins"),
        ("v.txt", "one queen"),
        ("v.txt (2)", "crabs"),
        (open_document(bees).id, "A hive"),
    ]
    code, result, _ = evaluate(capsys, bees, otters, "--questions", questions_about(tmp_path, *rows))
    labels = {document["id"]: document["label"] for document in result["documents"]}
    assert code == 0
    assert [labels[asked["document"]] for asked in result["questions"]] == ["v.txt (2)", "v.txt", "v.txt (2)", "v.txt"]


@pytest.mark.parametrize("corpus", ["v.txt", "V.TXT"])
def test_a_question_whose_excerpt_is_in_both_is_refused(files, tmp_path, capsys, corpus):
    both = files(a=OTTERS + " One.", b=OTTERS + " Two.")
    questions = questions_about(tmp_path, (corpus, "sea urchins"))
    assert main(["evaluate", *both, "--questions", questions, "--strategy", "baseline"]) == 2
    assert "row 2 are in all of v.txt, v.txt (2)" in capsys.readouterr().err


def test_the_table_and_llama_index_name_them_by_label(files, model_vectors):
    opened = [open_document(path) for path in files(a=BEES, b=OTTERS)]
    strategy = preset("baseline:budget.hits=5")
    result = compare(opened, "What do otters eat?", [strategy], vectors=model_vectors)
    table = csv.DictReader(io.StringIO(comparison_csv(result).removeprefix("\ufeff")))
    assert [row["document"] for row in table] == ["v.txt (2)", "v.txt"]
    nodes = to_llama_index(strategy, opened, model_vectors).retrieve("What do otters eat?")
    assert [node.metadata["document"] for node in nodes] == ["v.txt (2)", "v.txt"]

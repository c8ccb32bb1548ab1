"""The command line's names, JSON shapes and exit codes: other programs call them."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rag_core import open_document, preset
from rag_core.cli.main import main
from rag_core.strategy import DEFAULT_PRESETS
from tests.documents.pdf_maker import encrypted_pdf
from tests.paths import ROOT

HANDBOOK = ROOT / "rag_core" / "sample" / "handbook.pdf"
ASKED_X = ["compare", str(HANDBOOK), "--question", "x"]
PROGRESS = r"[A-Z].*: \d+%(, \d+ s left)?"
TEXT = "Otters hold hands while they sleep. They eat sea urchins and crabs. Bees dance to tell where flowers are.\n" * 3


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "note.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(arguments) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on standard error, apart from progress, which a slow machine may have printed before it."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = [line for line in captured.err.splitlines() if not re.fullmatch(PROGRESS, line)]
    return line


def test_parse_gives_text_and_pages(capsys: pytest.CaptureFixture[str]) -> None:
    values = run(capsys, "parse", str(HANDBOOK), "--json")
    document = open_document(HANDBOOK)
    assert list(values) == ["id", "source_id", "name", "parser", "text", "pages", "blocks", "notices", "left_out"]
    assert values["source_id"] == hashlib.sha256(HANDBOOK.read_bytes()).hexdigest()
    assert (values["id"], values["name"], values["parser"]) == (document.id, "handbook.pdf", "pdfium")
    assert values["text"] == document.text
    assert [page["number"] for page in values["pages"]] == list(range(1, len(document.pages) + 1))
    assert {tuple(page) for page in values["pages"]} == {("number", "start", "end", "width", "height")}
    assert values["pages"][0]["width"] == pytest.approx(595.3, abs=0.1)


def test_parse_gives_what_is_not_in_the_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    values = run(capsys, "parse", str(HANDBOOK), "--json")
    assert values["notices"] == []
    assert {tuple(left) for left in values["left_out"]} == {("page", "text", "reason", "boxes")}
    assert {left["page"] for left in values["left_out"]} <= {page["number"] for page in values["pages"]}
    path = tmp_path / "note.txt"
    path.write_bytes("Ein Käfer fraß die Blätter der Rübe.".encode("latin-1"))
    assert main(["parse", str(path), "--json"]) == 0
    printed = capsys.readouterr()
    (notice,) = json.loads(printed.out)["notices"]
    assert printed.err == f"note.txt: {notice}\n"


@pytest.mark.parametrize("parser", ["default", "pypdf", "ocr"])
def test_an_encrypted_file_says_where_its_password_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parser: str
) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(encrypted_pdf("Seven herons.", user="sesame"))
    asked = ["parse", str(path), "--parser", parser]
    assert "the environment variable CHUNKSCOPE_PDF_PASSWORD" in refused(capsys, *asked)
    monkeypatch.setenv("CHUNKSCOPE_PDF_PASSWORD", "sesame")
    assert main(asked) == 0
    assert capsys.readouterr().out.strip() == "Seven herons."


def test_parse_without_json_prints_the_text(capsys: pytest.CaptureFixture[str], note: str) -> None:
    assert main(["parse", note]) == 0
    assert capsys.readouterr().out == TEXT + "\n"


def test_compare_has_the_shape_of_the_design(capsys: pytest.CaptureFixture[str], note: str) -> None:
    question = "What do otters do while they sleep?"
    specs = ["--strategy", "baseline:chunker.chunk_tokens=32,budget.hits=2", "--strategy", "chunk_references"]
    values = run(capsys, "compare", note, "--question", question, *specs, "--json")
    assert {"documents", "question", "columns"} <= set(values)
    assert values["documents"] == [{**values["documents"][0], "name": "note.txt", "pages": 1, "characters": len(TEXT)}]
    for column in values["columns"]:
        assert set(column) == {"strategy", "hits", "answer", "timings_ms", "counts"}
        assert column["answer"] is None
        assert {"parse_ms", "chunk_ms", "embed_ms", "search_ms", "answer_ms"} == set(column["timings_ms"])
        for rank, hit in enumerate(column["hits"], 1):
            assert set(hit) == {"document", "start", "end", "text", "score", "rank", "pages", "scores", "via"}
            assert hit["rank"] == rank
            assert hit["text"] == TEXT[hit["start"] : hit["end"]]
            assert all(set(via) == {"kind", "start", "end", "text", "score"} for via in hit["via"])
    assert len(values["columns"][0]["hits"]) == 2


def test_without_a_strategy_the_default_presets_run_at_equal_tokens(
    capsys: pytest.CaptureFixture[str], note: str
) -> None:
    columns = run(capsys, "compare", note, "--question", "What do otters eat?", "--json")["columns"]
    assert [column["strategy"]["name"] for column in columns] == list(DEFAULT_PRESETS)
    assert [column["strategy"]["budget"]["tokens"] for column in columns] == [2000] * 4
    assert all("otters" in column["hits"][0]["text"].lower() for column in columns)


def test_parser_is_for_columns_whose_spec_names_none(
    capsys: pytest.CaptureFixture[str], note: str, tmp_path: Path
) -> None:
    path = tmp_path / "strategy.json"
    path.write_text(preset("baseline:parser.kind=text").model_dump_json(), encoding="utf-8")
    specs = ["--strategy", "baseline", "--strategy", "baseline:parser.kind=default", "--strategy", f"@{path}"]
    values = run(capsys, "compare", note, "-q", "bees", *specs, "--parser", "pdfium", "--json")
    assert [column["strategy"]["parser"]["kind"] for column in values["columns"]] == ["pdfium", "default", "text"]


def test_a_printed_strategy_can_be_read_again(capsys: pytest.CaptureFixture[str], note: str, tmp_path: Path) -> None:
    spec = "baseline:chunker.chunk_tokens=64,budget.kind=tokens,budget.tokens=50"
    first = run(capsys, "compare", note, "--question", "bees", "--strategy", spec, "--json")
    path = tmp_path / "strategy.json"
    path.write_text(json.dumps(first["columns"][0]["strategy"]), encoding="utf-8")
    again = run(capsys, "compare", note, "--question", "bees", "--strategy", f"@{path}", "--json")
    assert again["columns"][0]["strategy"] == first["columns"][0]["strategy"]
    assert again["columns"][0]["hits"] == first["columns"][0]["hits"]


def test_answers_cite_their_hits(capsys: pytest.CaptureFixture[str], note: str) -> None:
    question = "What do otters do while they sleep?"
    values = run(capsys, "compare", note, "-q", question, "--strategy", "baseline", "--answers", "--json")
    answer = values["columns"][0]["answer"]
    assert answer["model"] == "extractive"
    assert answer["text"].startswith("Otters hold hands while they sleep. [1]")
    cited = answer["citations"][0]
    assert TEXT[cited["start"] : cited["end"]] == "Otters hold hands while they sleep."


def test_export(capsys: pytest.CaptureFixture[str]) -> None:
    values = run(capsys, "export", "--strategy", "chunk_references", "--format", "json")
    assert set(values) == {"name", "parser", "chunker", "reference", "query", "search", "rerank", "budget", "answer"}
    assert main(["export", "--strategy", "chunk_references", "--format", "llama-index"]) == 0
    program = capsys.readouterr().out
    compile(program, "program.py", "exec")
    code = program.split('"""', 2)[2]
    assert code.count("rag_core") == code.count('"-m", "rag_core", "parse"') == 1, (
        "only the text of a PDF comes from it"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["parse", "missing.pdf"], "missing.pdf"),
        (["compare", str(HANDBOOK), "--question", " "], "question is empty"),
        (["compare", str(HANDBOOK), "-q", "x", "--strategy", "nonsense"], "Valid: baseline, chunk_references"),
        (["compare", str(HANDBOOK), "-q", "x", "--strategy", "baseline:chunker.size=5"], "chunker.chunk_tokens"),
        (["compare", str(HANDBOOK), "-q", "x", "--tokenizer", "words"], "Valid: cl100k, minilm"),
        (["parse", str(HANDBOOK), "--parser", "acme"], "pdfium"),
        (["parse", str(HANDBOOK), "--parser", "text"], "The parsers for it are: default, pdfium"),
        ([*ASKED_X, "--parser", "acme"], "parser.kind='acme' is unknown. Valid: "),
        ([*ASKED_X, "--strategy", "baseline", "--embedding-model", "./none"], "There is no folder ./none"),
        ([*ASKED_X, "--strategy", "baseline", "--embedding-model", " "], "No embedding model is named"),
        (["export", "--strategy", "baseline", "--format", "toml"], "llama-index"),
        (["compare"], "required"),
        (["nonsense"], "nonsense"),
        (["parse", str(HANDBOOK), "--colour", "red"], "Unrecognized arguments: --colour red."),
        ([], "required"),
    ],
)
def test_an_error_that_the_user_can_fix_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in refused(capsys, *arguments)


def test_progress_goes_to_standard_error(note: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rag_core", "compare", note, "-q", "bees", "--strategy", "baseline", "--json"]
    empty_cache = {**os.environ, "CHUNKSCOPE_HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=empty_cache, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0
    json.loads(done.stdout)
    lines = done.stderr.splitlines()  # how many depends on how long it takes: one every ten seconds
    assert lines
    assert [line for line in lines if not re.fullmatch(PROGRESS, line)] == []


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = f"{sys.executable} -m rag_core parse {HANDBOOK} --json | head -c 100"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert [line for line in done.stderr.splitlines() if not re.fullmatch(PROGRESS, line)] == []


def test_output_is_utf_8_whatever_the_locale_says(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Caf\u00e9 \u6587", encoding="utf-8")
    command = [sys.executable, "-m", "rag_core", "parse", str(path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, timeout=120, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8").strip() == "Caf\u00e9 \u6587"

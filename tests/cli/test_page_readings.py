"""Transcripts and vision models on the command line: what is loaded, what it costs before, what comes out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag_core.cli.main import main
from tests.documents.pdf_maker import image_pdf
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.openai_server.chat_vision import pages_with_bars

BASELINE = "baseline:search.kind=bm25,budget.hits=1"


@pytest.fixture(autouse=True)
def no_model_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHUNKSCOPE_LLM", "CHUNKSCOPE_LLM_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def paper(tmp_path: Path) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pages_with_bars(3))
    return str(path)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    made = tmp_path / "pages"
    made.mkdir()
    (made / "page_1.md").write_text("# One\n\nOtters eat urchins.")
    (made / "page_3.md").write_text("Sure! Here's the text of the page:\n\n# Three\n\nBees dance.")
    return str(made)


def printed(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(list(arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


def vision(server: OpenAIServer, model: str = "sees") -> list[str]:
    return ["--llm", "openai-like", "--base-url", server.base_url, "--model", model]


def test_a_folder_is_a_document(paper: str, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed("parse", paper, "--transcript", folder, "--json", capsys=capsys)
    found = json.loads(out)
    assert code == 0
    assert found["parser"] == "transcript"
    assert found["text"] == "# One\n\nOtters eat urchins.\n\n# Three\n\nBees dance."
    assert [page["number"] for page in found["pages"]] == [1, 2, 3]
    assert found["notices"] == ["Page 2 has no transcript: nothing of it is in the text."]
    assert [(left["page"], left["reason"]) for left in found["left_out"]] == [(3, "remark")]
    assert "paper.pdf: a transcript of 2 pages, 1, 3; in a SPEC: parser.transcripts=" in err


def test_columns_search_the_transcript_beside_the_text_layer(
    paper: str, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = ["--strategy", BASELINE, "--strategy", f"{BASELINE},parser.kind=transcript"]
    code, out, err = printed(
        "compare", paper, "-q", "otters", *columns, "--transcript", folder, "--json", capsys=capsys
    )
    assert code == 0, err
    plain, transcribed = json.loads(out)["columns"]
    assert "Otters" not in plain["hits"][0]["text"]
    assert "Otters eat urchins" in transcribed["hits"][0]["text"]
    assert len(transcribed["strategy"]["parser"]["transcripts"]) == 64
    assert folder not in out
    sha256 = transcribed["strategy"]["parser"]["transcripts"]
    again = f"{BASELINE},parser.kind=transcript,parser.transcripts={sha256}"
    code, out, _ = printed("compare", paper, "-q", "otters", "--strategy", again, "--json", capsys=capsys)
    assert json.loads(out)["columns"][0]["hits"] == transcribed["hits"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--strategy", BASELINE], "--transcript is given, and no column reads it: add --parser transcript"),
        (["--parser", "pdfium"], "--transcript is given, and no column reads it"),
    ],
)
def test_a_transcript_that_no_column_reads_is_said(
    paper: str, folder: str, arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = printed("compare", paper, "-q", "x", *arguments, "--transcript", folder, capsys=capsys)
    assert code == 2
    assert problem in err


def test_a_transcript_is_of_one_document(paper: str, folder: str, tmp_path: Path, capsys) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Other words")
    arguments = ["compare", paper, str(other), "-q", "x", "--parser", "transcript", "--transcript", folder]
    code, _, err = printed(*arguments, capsys=capsys)
    assert code == 2
    assert "--transcript is of one document, and 2 are given" in err


def test_the_parser_without_files_asks_for_them(paper: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = printed("parse", paper, "--parser", "transcript", capsys=capsys)
    assert code == 2
    assert "paper.pdf has no transcript. Load its Markdown files" in err


def test_a_scan_is_searched_by_its_transcript(tmp_path: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(image_pdf(3))
    arguments = ["compare", str(scan), "-q", "otters", "--strategy", f"{BASELINE},parser.kind=transcript"]
    code, out, err = printed(*arguments, "--transcript", folder, "--json", capsys=capsys)
    assert code == 0, err
    assert "Otters eat urchins" in json.loads(out)["columns"][0]["hits"][0]["text"]


def test_vision_is_sent_only_with_yes(paper: str, hostile: OpenAIServer, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["parse", paper, "--parser", "vision:pages=1+3", *vision(hostile)]
    code, out, err = printed(*asked, capsys=capsys)
    assert (code, out) == (2, "")
    assert "Pictures of 2 of 2 pages, 1,280 pixels wide, would be sent to sees at 127.0.0.1" in err
    assert "Confirm with --yes." in err
    assert hostile.requests == []
    code, out, _ = printed(*asked, "--yes", "--json", capsys=capsys)
    assert code == 0
    assert json.loads(out)["text"] == "# Page 1\n\nSeen by a model.\n\n# Page 3\n\nSeen by a model."
    assert len(hostile.requests) == 2
    code, out, _ = printed(*asked, capsys=capsys)
    assert code == 0
    assert len(hostile.requests) == 2


def test_vision_is_a_column(paper: str, hostile: OpenAIServer, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["compare", paper, "-q", "seen model", "--strategy", f"{BASELINE},parser.kind=vision", *vision(hostile)]
    code, _, err = printed(*asked, capsys=capsys)
    assert code == 2
    assert "would be sent to sees" in err
    code, out, _ = printed(*asked, "--yes", "--json", capsys=capsys)
    assert code == 0
    column = json.loads(out)["columns"][0]
    assert "Seen by a model" in column["hits"][0]["text"]
    assert column["strategy"]["parser"]["kind"] == "vision"


def test_vision_without_a_model_says_so(paper: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = printed("parse", paper, "--parser", "vision", "--yes", capsys=capsys)
    assert code == 2
    assert "No language model is chosen" in err


def test_pages_that_fail_are_said_and_those_read_stay(
    paper: str, hostile: OpenAIServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["parse", paper, "--parser", "vision", *vision(hostile, "sees-length:2"), "--yes"]
    code, out, err = printed(*asked, capsys=capsys)
    assert (code, out) == (2, "")
    assert "1 of 3 pages could not be read, the first is page 2: The transcript was cut after 4,096 tokens" in err
    code, _, err = printed(*asked[:-1], capsys=capsys)
    assert "Pictures of 1 of 3 pages" in err

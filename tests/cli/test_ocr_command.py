"""Scans on the command line: what to do is said, short work is done, and long work is done with --yes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag_core.cli.main import main
from tests.documents.ocr.scans import LINES, needs_ocr, scan_pdf, text_picture

pytestmark = needs_ocr
TEXT = " ".join(LINES)


@pytest.fixture
def scan(tmp_path: Path) -> str:
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan_pdf(text_picture()))
    return str(path)


def test_parse_says_what_to_do_and_that_works(scan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", scan]) == 2
    assert "scan.pdf cannot be searched" in (said := capsys.readouterr().err)
    assert "--parser ocr" in said
    assert main(["parse", scan, "--parser", "ocr"]) == 0
    printed = capsys.readouterr()
    assert printed.out.strip() == TEXT
    assert main(["parse", scan, "--parser", "ocr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parser"] == "ocr"


def test_a_whole_document_needs_a_look_at_the_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "text.pdf"
    path.write_bytes(scan_pdf("The lighthouse has a text layer.", size=(420, 120)))
    spec = "baseline:parser.kind=ocr,parser.pages=all"
    asked = ["compare", str(path), "-q", "What has a text layer?", "--strategy", spec]
    assert main(asked) == 2
    assert "To be read by OCR: 1 page, about" in (said := capsys.readouterr().err)
    assert "Confirm with --yes." in said
    assert main([*asked, "--yes"]) == 0
    assert "The lighthouse has a text layer." in capsys.readouterr().out
    assert main(asked) == 0  # its page is cached


def test_a_scan_is_compared_by_ocr(scan: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", scan, "-q", "How many ships?", "--parser", "ocr", "--strategy", "baseline", "--json"]) == 0
    [column] = json.loads(capsys.readouterr().out)["columns"]
    assert column["hits"][0]["text"] == TEXT

"""Without the extra, the page and the command line name the one command that installs it, and run nothing."""

from __future__ import annotations

import re

import pytest

from rag_core.cli.main import main
from rag_core.documents.ocr import extra
from rag_core.errors import UserError
from rag_core.parts.parser import get_parser
from rag_core.pipeline.long_reading import offer_of, start_reading
from rag_core.pipeline.opening import source_of
from rag_core.pipeline.reading_job import PageReading
from rag_core.stages.resources import ParserResources
from tests.documents.pdf_maker import image_pdf
from tests.paths import ROOT


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "is_installed", lambda: False)


def test_the_command_names_the_pinned_versions() -> None:
    pinned = re.findall(r"^(\w+)==(\S+)", (ROOT / "requirements-ocr.txt").read_text(), re.MULTILINE)
    assert dict(pinned) == extra.LIBRARIES
    assert extra.INSTALL in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("missing")
def test_the_offer_says_what_is_missing_and_how_to_get_it() -> None:
    parser = get_parser("ocr").paged()
    assert parser is not None
    reading = PageReading(parser, source_of(image_pdf(3), "scan.pdf"), ParserResources())
    offer = offer_of(reading)
    assert offer is not None
    assert (offer.pages, offer.command) == ((1, 2, 3), extra.INSTALL)
    assert extra.INSTALL in offer.obstacle
    with pytest.raises(UserError, match="is an optional extra that is not installed here"):
        start_reading(reading)


@pytest.mark.usefixtures("missing")
def test_the_command_line_says_so(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(image_pdf(1))
    assert main(["parse", str(path), "--parser", "ocr"]) == 2
    assert extra.INSTALL in capsys.readouterr().err


def test_time_is_a_guess_until_it_is_measured() -> None:
    parser = get_parser("ocr").paged()
    assert parser is not None
    source = source_of(image_pdf(1), "scan.pdf")
    guess = parser.offer_for(source, (1, 2), 4, None, None)  # type: ignore[attr-defined]
    assert guess.sentence == (
        "To be read by OCR: 2 of 4 pages are left, about 10 s, 5.0 s a page "
        "(a guess until a page has been read on this machine)."
    )
    measured = parser.offer_for(source, (1, 2), 2, 3.21, None)  # type: ignore[attr-defined]
    assert measured.sentence == "To be read by OCR: 2 pages, about 6 s, 3.2 s a page (measured on this machine)."
    assert not measured.needs_consent

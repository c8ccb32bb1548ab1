"""The report on how a parser read a document: what is wrong is found, with its place, and what is right is not."""

from __future__ import annotations

import dataclasses

import pytest

from rag_core import open_document
from rag_core.documents.document import Document
from rag_core.documents.pdf.findings import Findings, unmapped_pages
from rag_core.parts.parser import get_parser
from rag_core.pipeline.report import FIGURES, boxes_of, report
from rag_core.pipeline.rereading import reread
from tests.documents.pdf_maker import A4, canvas_pdf, pages_pdf

TITLE = "Report on Otters"
BROKEN = [
    (72, 100, "The otters live beside the river and show great inter-"),
    (72, 113, "est in fish that swim past them."),
]


def texts(document: Document, figure: str) -> list[str]:
    return [place.text for place in report(document)[figure]]


def margined() -> Document:
    pages = [
        [(72, 40, TITLE), (72, 100, f"Otters number {name} swim here in the river."), (280, 810, str(page))]
        for page, name in enumerate(("one", "two", "three", "four"), 1)
    ]
    return open_document(pages_pdf(*pages), name="otters.pdf")


def test_every_figure_has_a_definition_and_places_in_the_order_of_the_pages(handbook: Document) -> None:
    found = report(handbook)
    assert list(found) == list(FIGURES)
    for name, figure in FIGURES.items().items():
        assert figure.definition.endswith(".")
        pages = [place.page for place in found[name]]
        assert pages == sorted(pages)


def test_headers_footers_and_page_numbers_left_in_are_those_of_pypdf() -> None:
    opened = margined()
    read = reread(opened, get_parser("pypdf"), None)
    assert texts(read, "margins_left_in") == [text for page in range(1, 5) for text in (TITLE, str(page))]
    assert texts(opened, "margins_left_in") == []
    assert boxes_of(read, report(read)["margins_left_in"][0])[1]


def test_a_hyphen_at_a_line_end_is_left_in_by_pypdf_and_not_by_pdfium() -> None:
    opened = open_document(pages_pdf(BROKEN), name="otters.pdf")
    assert texts(opened, "hyphens_left_in") == []
    assert texts(reread(opened, get_parser("pypdf"), None), "hyphens_left_in") == ["inter-\nest"]


@pytest.mark.parametrize(
    "text", ["a well-known otter", "pre- and post-war", "non-\nexistent-otterly", "state-of-the-\nart"]
)
def test_hyphens_of_compounds_are_right(text: str) -> None:
    assert texts(Document.from_text(f"{text} well-known"), "hyphens_left_in") == []


def test_a_page_without_text_is_named() -> None:
    opened = open_document(pages_pdf([(72, 100, "Otters swim.")], [], [(72, 100, "Otters eat.")]), name="otters.pdf")
    assert [place.page for place in report(opened)["pages_without_text"]] == [2]


def test_text_without_ink_is_boxed_and_said_to_be_in_the_text_or_not() -> None:
    def draw(canvas) -> None:
        canvas.drawString(72, 700, "Otters swim in the river all day long.")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(72, 600, "Hidden words about otters.")
        canvas.showPage()

    opened = open_document(canvas_pdf(draw), name="otters.pdf")
    [place] = report(opened)["unseen_text"]
    assert place.span is None
    assert "left out" in place.text
    [box] = place.boxes
    assert box.top < A4[1] - 600 < box.bottom
    [place] = report(reread(opened, get_parser("pypdf"), None))["unseen_text"]
    assert "in the text" in place.text
    assert place.span is not None


def test_words_glued_by_a_parser_are_found_by_the_places_of_their_letters() -> None:
    opened = open_document(pages_pdf([(72, 100, "Otters of 0.1 metres swim in Donaudampfschiffe.")]), name="otters.pdf")
    assert texts(opened, "glued_words") == []
    text = opened.text.replace("of 0.1", "of0.1").replace("swim in", "swimin")
    pages = (dataclasses.replace(opened.pages[0], end=len(text)),)
    glued = dataclasses.replace(opened, id="glued", text=text, pages=pages, char_boxes=None, parser="pypdf")
    assert texts(glued, "glued_words") == ["of0.1", "swimin"]


def test_a_sentence_that_goes_on_higher_up_breaks_the_order() -> None:
    lines = [
        (72, 100 + 13 * i, f"the otters swim along the bank number {name} and") for i, name in enumerate("abcdefgh")
    ]
    opened = open_document(pages_pdf(lines), name="otters.pdf")
    assert texts(opened, "order_breaks") == []
    middle = opened.text.index("the otters swim along the bank number e")
    order = [*range(middle, len(opened.text)), middle - 1, *range(middle - 1)]
    assert opened.char_boxes is not None
    text, boxes = "".join(opened.text[i] for i in order), opened.char_boxes[order]
    pages = (dataclasses.replace(opened.pages[0], end=len(text)),)
    moved = dataclasses.replace(opened, id="moved", text=text, char_boxes=boxes, pages=pages, blocks=())
    assert len(report(moved)["order_breaks"]) == 1


def test_tables_are_counted() -> None:
    text = "# Otters\n\n| animal | legs |\n|---|---|\n| otter | 4 |\n"
    assert len(report(Document.from_text(text, "otters.md"))["tables"]) == 1


@pytest.mark.parametrize("pages", [[3], [1, 2, 3, 7], list(range(2, 40, 2)), [*range(1, 20), 30]])
def test_the_pages_with_unreadable_fonts_are_read_from_the_notice(pages: list[int]) -> None:
    findings = Findings(images=[50])
    for page in pages:
        findings.add_unmapped(page, 30, 1_234)
    assert unmapped_pages(findings.notices()) == pages


def test_characters_that_stand_for_unknown_ones_are_found() -> None:
    document = Document.from_text("Otters \ufffd\ufffd swim (cid:12)(cid:13) here \ue001.")
    assert texts(document, "unreadable_fonts") == ["\ufffd\ufffd", "(cid:12)(cid:13)", "\ue001"]

"""A text without boxes has those of the text layer, also where pdfium leaves a header or a footer out."""

from __future__ import annotations

from rag_core import open_document
from rag_core.geometry import Span
from rag_core.pipeline.aligned import boxes_on_page
from tests.documents.pdf_maker import pages_pdf, prose_lines

TOPICS = ("Herons fish at dawn.", "Otters crack crabs on stones.", "Seals rest on the sandbanks.")
PDF = pages_pdf(
    *[
        [(72, 40, "Wildlife Report 2024"), *prose_lines(f"{topic} Page 2 says more. " * 8), (290, 800, str(number))]
        for number, topic in enumerate(TOPICS, 1)
    ]
)


def test_a_footer_that_pypdf_reads_has_its_box() -> None:
    document, layer = open_document(PDF, name="a.pdf", parser="pypdf"), open_document(PDF, name="a.pdf")
    assert {left.text for left in layer.left_out} == {"Wildlife Report 2024", "1", "2", "3"}
    for page in document.pages:
        at = document.text.index("Report", page.start, page.end)
        [box] = boxes_on_page(document, Span(at, at + 6))[page.number]
        assert 25 < box.top < box.bottom < 45
    second = document.pages[1]
    end = document.text.rindex("2", second.start, second.end)
    [box] = boxes_on_page(document, Span(end, end + 1))[2]
    assert box.top > 785, "of all twos, that at the foot of the page"


def test_words_of_the_body_are_not_those_of_the_footer() -> None:
    document = open_document(PDF, name="a.pdf", parser="pypdf")
    second = document.pages[1]
    at = document.text.index("Page 2", second.start, second.end)
    [box] = boxes_on_page(document, Span(at, at + 6))[2]
    assert 60 < box.top < 300

"""Documents whose text another reader than pdfium made: laid over the page and audited."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from rag_core import open_document
from rag_core.documents.document import Document, Page
from rag_core.geometry import Span
from rag_core.pipeline.aligned import aligned, boxes_on_page
from rag_core.pipeline.page_audit import audited
from rag_core.pipeline.rereading import reread
from rag_core.pipeline.transcripts import add_transcript
from tests.documents.pdf_maker import image_pdf, pages_pdf, prose_lines

FIRST = "Otters hold hands while they sleep. They eat 14.53 sea urchins a week, and some crabs."
SECOND = "Bees dance to tell where flowers are. They make honey in their hives all summer long."


@pytest.fixture(scope="module")
def layer() -> Document:
    return open_document(pages_pdf(prose_lines(FIRST), prose_lines(SECOND)), name="animals.pdf")


def read_as(layer: Document, *texts: str) -> Document:
    """The document as if another reader had given these texts of its pages."""
    starts = [sum(len(text) + 2 for text in texts[:number]) for number in range(len(texts))]
    pages = tuple(
        Page(number + 1, start, start + len(text), 595.0, 842.0)
        for number, (start, text) in enumerate(zip(starts, texts, strict=True))
    )
    return replace(layer, id="read", parser="vision", text="\n\n".join(texts), pages=pages, char_boxes=None, blocks=())


def test_a_text_without_boxes_gets_them_from_the_text_layer(layer: Document) -> None:
    read = read_as(layer, f"# Animals\n\n**{FIRST}**", SECOND.replace("honey", "HONEY"))
    for words in ("hold hands", "HONEY in their"):
        start, there = read.text.index(words), layer.text.casefold().index(words.casefold())
        span = Span(start, start + len(words))
        assert boxes_on_page(read, span) == layer.boxes(there, there + len(words))
        assert boxes_on_page(read, span)
    assert boxes_on_page(read, Span(0, 9)) == {}
    assert boxes_on_page(layer, Span(0, 9)) == layer.boxes(0, 9)


def test_plain_text_has_no_boxes() -> None:
    assert boxes_on_page(Document.from_text(FIRST), Span(0, 9)) == {}


def test_a_scan_is_searched_for_a_text_layer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = image_pdf(2)
    transcript = add_transcript(hashlib.sha256(data).hexdigest(), [("page_1.md", b"A photograph of bees.")])
    scan, calls = open_document(data, name="scan.pdf", parser=transcript), []
    monkeypatch.setattr("rag_core.pipeline.aligned.reread", lambda *given: calls.append(given) or reread(*given))
    assert boxes_on_page(scan, Span(0, 9)) == boxes_on_page(scan, Span(0, 9)) == {}
    assert len(calls) == 1


def test_an_alignment_is_made_once_for_both_directions(layer: Document) -> None:
    read = read_as(layer, FIRST, SECOND.upper())
    assert aligned(read, layer) is aligned(read, layer)
    assert aligned(read, layer) is aligned(layer, read).reversed


def test_findings_have_their_places_on_the_page(layer: Document) -> None:
    read = read_as(
        layer, FIRST.replace("14.53", "14.83"), SECOND.replace("all summer ", "").replace("dance", "often dance")
    )
    audit = audited(read, layer)
    number, added, missing = audit.findings
    assert (number.finding.kind, number.finding.read, number.finding.layer) == ("number", "14.83", "14.53")
    assert (added.finding.kind, added.finding.read) == ("added", "often")
    assert (missing.finding.kind, missing.finding.layer.split()) == ("missing", ["all", "summer"])
    assert [one.page for one in audit.findings] == [1, 2, 2]
    assert [layer.text[slice(*one.place)] for one in audit.findings] == ["14.53", "Bees dance", missing.finding.layer]
    assert [list(layer.boxes(*one.place)) for one in audit.findings] == [[1], [2], [2]]
    for one in audit.findings:
        assert read.text[slice(*one.read)] == one.finding.read
        assert layer.text[slice(*one.layer)] == one.finding.layer
    assert audit.unchecked == []


def test_only_pages_that_were_read_are_audited(layer: Document) -> None:
    read = replace(read_as(layer, SECOND), pages=(Page(2, 0, len(SECOND), 595.0, 842.0),))
    audit = audited(read, layer)
    assert audit.findings == []
    assert audit.words == len(SECOND.split())


def test_a_page_without_a_text_layer_is_not_checked() -> None:
    layer = open_document(pages_pdf(prose_lines(FIRST), []), name="half.pdf")
    audit = audited(read_as(layer, FIRST, "A photograph of bees."), layer)
    assert audit.findings == []
    assert audit.unchecked == [2]


def test_sentences_go_on_from_page_to_page() -> None:
    half = len(FIRST) // 2
    layer = open_document(pages_pdf(prose_lines(FIRST[:half]), prose_lines(FIRST[half:])), name="otters.pdf")
    assert audited(read_as(layer, FIRST[: half + 9], FIRST[half + 9 :]), layer).findings == []


def test_words_beyond_a_cut_off_text_layer_are_counted() -> None:
    layer = Document.from_text(FIRST[: FIRST.index("urchins") + 3])
    read = Document.from_text(FIRST, name="read.md")
    audit = audited(read, layer)
    assert audit.findings == []
    assert audit.words_beyond == len(FIRST[FIRST.index("urchins") :].split())


def test_a_transcript_of_another_document_is_told_by_its_words(layer: Document) -> None:
    assert audited(read_as(layer, FIRST, SECOND), layer).found == audited(read_as(layer, FIRST, SECOND), layer).words
    other = "Windmills turn their caps into the wind, and millers take their sails in before any storm comes near them."
    audit = audited(read_as(layer, other, other), layer)
    assert audit.found < audit.words / 4

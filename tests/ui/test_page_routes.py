"""Pictures and marks of pages are served to whoever was told their addresses, and to nobody else."""

from __future__ import annotations

import gc
import io
import re

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rag_core import compare, open_document, preset
from rag_core.documents import Document
from rag_core.documents.pictures import MAX_WIDTH
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.page_marks import PageMarks
from rag_core.ui.page_routes import page_routes
from rag_core.ui.shell.page_pictures import marks_url, picture_url, pictures_url
from tests.documents.pdf_maker import pages_pdf, prose_lines

PDF = pages_pdf(prose_lines("Bread is baked."), prose_lines("A tide mill grinds when the sea has fallen."))


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=page_routes()))


@pytest.fixture
def document() -> Document:
    return open_document(PDF, name="mills.pdf")


def marks_of(document: Document) -> PageMarks:
    specs = ["baseline:chunker.chunk_tokens=32", "sentence_window"]
    found = compare([document], "When does the mill grind?", [preset(spec) for spec in specs], answers=True)
    return PageMarks(ComparisonView(found, [document], ["Baseline", "<Window>"]))


def test_a_picture_is_a_file_that_the_browser_may_remember(client: TestClient, document: Document) -> None:
    answer = client.get(picture_url(document, 2, 300))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert "private" in answer.headers["cache-control"]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert Image.open(io.BytesIO(answer.content)).width == 300


def test_nothing_but_a_picture_is_shown_by_its_address(client: TestClient, document: Document) -> None:
    answers = [
        client.get(picture_url(document, 1, 300)),
        client.get(picture_url(document, 9, 300)),
        client.get(f"{marks_url(marks := marks_of(document))}/0/2"),
        client.get(f"{marks_url(marks)}/0/9"),
        client.get("/page-pictures/<script>/1-300.jpg"),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 200, 404, 404]
    assert {answer.headers["x-content-type-options"] for answer in answers} == {"nosniff"}
    assert {answer.headers["content-type"].partition(";")[0] for answer in answers} == {"image/jpeg", "text/plain"}
    assert [answer.headers["cache-control"] for answer in answers if not answer.is_success] == ["no-store"] * 3


def test_a_picture_is_never_larger_than_a_screen(client: TestClient, document: Document) -> None:
    answer = client.get(picture_url(document, 1, 10**30))
    assert Image.open(io.BytesIO(answer.content)).width == MAX_WIDTH


def test_the_name_in_an_address_cannot_be_guessed(client: TestClient, document: Document) -> None:
    name = pictures_url(document).rpartition("/")[2]
    assert len(name) >= 32
    assert document.id not in name
    assert document.source_id not in name
    other = open_document(PDF, name="mills.pdf")
    assert pictures_url(other) != pictures_url(document), "two sessions that opened one file have two names"
    for guess in (document.id, document.source_id, document.name, "0", name[:-1], name + "A", "..%2f.."):
        assert client.get(f"/page-pictures/{guess}/1-300.jpg").status_code == 404
        assert client.get(f"/page-marks/{guess}/0/1").status_code == 404


def test_an_address_leads_nowhere_once_the_document_is_closed(client: TestClient) -> None:
    document = open_document(PDF, name="closed.pdf")
    url = picture_url(document, 1, 300)
    assert client.get(url).status_code == 200
    del document
    gc.collect()
    answer = client.get(url)
    assert (answer.status_code, answer.text) == (404, "This document is no longer open. Reload the page.")


def test_what_cannot_be_drawn_is_said(client: TestClient, document: Document) -> None:
    assert client.get(picture_url(document, 9, 300)).text == "There is no page 9."
    text = Document.from_text("words", "a.txt")
    answer = client.get(picture_url(text, 1, 300))
    assert (answer.status_code, answer.text) == (422, "a.txt is plain text and has no pages to draw.")


def test_the_marks_of_a_page_are_those_of_all_columns(client: TestClient, document: Document) -> None:
    marks = marks_of(document)
    answer = client.get(f"{marks_url(marks)}/0/2")
    assert answer.status_code == 200
    found = re.findall(r'class="cs-pm cs-pm-(\w+) cs-c(\d)" data-key="([^"]+)"', answer.text)
    assert ("hit", "0", "0-1") in found
    assert ("hit", "1", "1-1") in found
    assert ("match", "1", "1-1") in found
    assert any(kind == "citation" for kind, _, _ in found)
    assert "&lt;Window&gt; · rank 1" in answer.text
    assert [kind for kind, _, _ in found] == sorted((k for k, _, _ in found), key=["hit", "match", "citation"].index)
    assert client.get(f"{marks_url(marks)}/0/9").status_code == 404
    assert client.get(f"{marks_url(marks)}/7/1").status_code == 404


def test_places_are_in_reading_order_with_their_pages(document: Document) -> None:
    text = open_document(b"A tide mill is plain here.", name="a.txt")
    found = compare(
        [document, text], "When does the mill grind?", [preset("baseline:chunker.chunk_tokens=32,budget.hits=9")]
    )
    places = PageMarks(ComparisonView(found, [document, text], ["Baseline"])).places
    in_order = sorted((hit.start, hit.pages) for hit in found.columns[0].hits if hit.document == document.id)
    assert [(hit.start, placed.pages) for placed, hit in places.hits] == in_order
    assert len(in_order) == len(found.columns[0].hits) - 1 > 0
    assert places.without_pages == ["a.txt"]

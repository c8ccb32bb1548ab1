"""A long document is shown in excerpts: its pages, or parts of a size that a browser draws at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span
from rag_core.ui.chunks.excerpts import excerpt_at, excerpts


def assert_complete(document: Document) -> None:
    found = [excerpt.span for excerpt in excerpts(document)]
    assert "".join(document.text[span.start : span.end] for span in found) == document.text


def test_each_page_of_the_handbook_is_an_excerpt(handbook: Document) -> None:
    assert_complete(handbook)
    found = excerpts(handbook)
    assert [excerpt.page for excerpt in found] == list(handbook.pages)
    assert found[1].label == f"page 2 of {len(handbook.pages)}"
    for page in handbook.pages:
        assert excerpt_at(found, page.start) == excerpt_at(found, page.end - 1) == page.number


def test_a_page_without_text_is_an_excerpt_too() -> None:
    pages = (Page(1, 0, 5, 100, 100), Page(2, 6, 6, 100, 100), Page(3, 6, 11, 100, 100))
    document = dataclasses.replace(Document.from_text("otter\notter"), pages=pages)
    assert_complete(document)
    assert [excerpt.page for excerpt in excerpts(document)] == list(pages)


def test_a_page_of_very_much_text_is_split() -> None:
    text = "a line\n" * 10_000
    document = dataclasses.replace(Document.from_text(text), pages=(Page(1, 0, len(text), 100, 100),))
    assert_complete(document)
    found = excerpts(document)
    assert found[0].label == f"page 1 of 1, part 1 of {len(found)}"
    assert all(excerpt.page == document.pages[0] for excerpt in found)


@pytest.mark.parametrize("text", ["", "x", "word " * 30_000, "a line\n" * 10_000])
def test_a_text_without_pages_is_split_where_lines_end(text_document: Callable[..., Document], text: str) -> None:
    document = text_document(text)
    assert_complete(document)
    found = excerpts(document)
    assert all(excerpt.span.end - excerpt.span.start <= 24_000 for excerpt in found)
    if "\n" in text:
        assert all(document.text[excerpt.span.end - 1] == "\n" for excerpt in found)


def test_a_short_text_is_one_excerpt(text_document: Callable[..., Document]) -> None:
    assert [excerpt.span for excerpt in excerpts(text_document("short"))] == [Span(0, 5)]

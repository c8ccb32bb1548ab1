"""A long document is shown in excerpts: whole pages, of a size that a browser draws at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.ui.chunks.excerpts import excerpts


def assert_complete(document: Document) -> None:
    found = [excerpt.span for excerpt in excerpts(document)]
    assert "".join(document.text[span.start : span.end] for span in found) == document.text


def test_pages_of_the_handbook_are_shown_whole(handbook: Document) -> None:
    assert_complete(handbook)
    found = excerpts(handbook)
    assert found[0].label.startswith("pages 1–")  # noqa: RUF001
    assert {excerpt.span.start for excerpt in found} <= {0, *(page.start for page in handbook.pages)}


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

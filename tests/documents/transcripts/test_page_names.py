"""Which page a file of a transcript is, by its name or by the marks in it; never by a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.transcripts.page_breaks import Piece, pieces_of
from rag_core.documents.transcripts.page_names import page_numbers


@pytest.mark.parametrize(
    "name",
    [
        "page_23.md",
        "p-23.md",
        "p23.md",
        "023.md",
        "Page 23.md",
        "page-0023.markdown",
        "llama2_page_23.md",
        "llama-2-p23.txt",
        "2307.09288_page_23.md",
        "pg. 23.md",
        "PAGE23.MD",
        "Page No 23.md",
        "23.md",
        "23_.md",
        r"C:\transcripts\page_23.md",
        "folder/page_23.md",
    ],
)
def test_a_name_tells_its_page(name: str) -> None:
    assert page_numbers([name]) == {name: 23}


@pytest.mark.parametrize(
    "name",
    [
        "notes.md",
        "README.md",
        "llama2.md",
        "chapter_3.md",
        "section 4.2.md",
        "pages 23-24.md",
        "page_23_24.md",
        "page 23 and 24.md",
        "page1_page2.md",
        "v2.md",
        "2023 report 7.md",
        "map23.md",
        "page.md",
    ],
)
def test_a_name_that_does_not_tell_its_page_is_not_guessed(name: str) -> None:
    assert page_numbers([name]) == {}


def test_files_of_one_pattern_are_told_by_the_number_in_which_they_differ() -> None:
    names = ["llama2_023.md", "llama2_024.md", "notes.md"]
    assert page_numbers(names) == {"llama2_023.md": 23, "llama2_024.md": 24}
    assert page_numbers(["scan-1-of-2.md", "scan-2-of-2.md"]) == {"scan-1-of-2.md": 1, "scan-2-of-2.md": 2}
    assert page_numbers(["a1_b1.md", "a2_b2.md"]) == {}
    assert page_numbers(["chapter_1.md", "chapter_2.md"]) == {}
    assert page_numbers(["draft v1.md", "draft v2.md"]) == {}


@given(st.integers(1, 9999), st.sampled_from(["page_{}.md", "p-{:03}.md", "{:05}.md", "Page {}.md", "x page{}.txt"]))
def test_every_number_in_a_known_form_is_found(number: int, form: str) -> None:
    assert page_numbers([form.format(number)]) == {form.format(number): number}


@given(st.lists(st.text(max_size=20), max_size=6))
def test_any_names_are_read(names: list[str]) -> None:
    assert set(page_numbers(names)) <= set(names)


@pytest.mark.parametrize(
    "mark",
    [
        "<!-- page {} -->",
        "<!-- Page: {} -->",
        "<!--page {}-->",
        '<!-- PageNumber="{}" -->',
        "--- page {} ---",
        "--- Page {} of 77 ---",
        "=== PAGE {} ===",
        "----- page {} -----",
    ],
)
def test_a_mark_begins_a_page(mark: str) -> None:
    text = f"{mark.format(23)}\none\n\n{mark.format(24)}\n\ntwo\n"
    assert [(piece.number, piece.text.strip()) for piece in pieces_of(text)] == [(23, "one"), (24, "two")]


def test_a_mark_at_the_end_ends_its_page() -> None:
    pieces = pieces_of("one\n--- page 1 ---\ntwo\n--- page 2 ---\n")
    assert [(piece.number, piece.text.strip()) for piece in pieces] == [(1, "one"), (2, "two")]


def test_text_without_a_mark_of_its_own_has_no_number() -> None:
    pieces = pieces_of("title\n--- page 2 ---\ntwo")
    assert [(piece.number, piece.text.strip()) for piece in pieces] == [(None, "title"), (2, "two")]


def test_form_feeds_count_from_the_first_page() -> None:
    assert [(n, text.strip()) for n, text in pieces_of("one\fthree\n\f\ffour\n\f")] == [
        (1, "one"),
        (2, "three"),
        (3, ""),
        (4, "four"),
    ]
    assert pieces_of("a\n<!-- PageBreak -->\nb") == [Piece(1, "a\n"), Piece(2, "\nb")]


@pytest.mark.parametrize(
    "text", ["", "one page", "see page 23", "--- page 23", "the page 23 ---", "| page | 2 |\n|---|---|", "---", "a\f"]
)
def test_other_text_is_one_piece(text: str) -> None:
    assert [(piece.number, piece.text) for piece in pieces_of(text)] in ([(None, text)], [(1, text[:-1])])

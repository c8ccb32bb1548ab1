"""Raised digits are superscripts, with boxes of their own, and no part of the word or the number before them."""

from __future__ import annotations

import re

import pytest
from pdf_maker import A4, canvas_pdf
from reportlab.pdfgen.canvas import Canvas

from rag_core import open_document
from rag_core.documents.sentences import sentences
from rag_core.geometry import Span
from rag_core.text.sentences import sentences as sentences_of_text
from rag_core.text.superscripts import SUPERSCRIPTS
from rag_core.text.terms import words_of
from tests.paths import ROOT

PAPERS = ROOT.parent / "shared" / "data" / "papers"
needs_papers = pytest.mark.skipif(not PAPERS.is_dir(), reason="needs the papers beside the project")


def page(*runs: tuple[str, float, float]) -> bytes:
    """A page with one line, of runs of text with their size and how far they are raised, in points."""

    def draw(canvas: Canvas) -> None:
        x = 72.0
        for text, size, rise in runs:
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, A4[1] - 100 + rise, text)
            x += canvas.stringWidth(text, "Helvetica", size)

    return canvas_pdf(draw)


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ([("256 tokens.", 11, 0), ("4", 7, 4), (" Text goes on.", 11, 0)], "256 tokens.\u2074 Text goes on."),
        ([("a word", 11, 0), ("12", 7, 4), (" and more", 11, 0)], "a word\u00b9\u00b2 and more"),
        ([("some 10", 11, 0), ("4", 7, 4), (" of them", 11, 0)], "some 10\u2074 of them"),
        ([("rate 10", 11, 0), ("-4", 7, 4), (" at first", 11, 0)], "rate 10\u207b\u2074 at first"),
        ([("7", 7, 4), ("We note that", 11, 0)], "\u2077We note that"),
        ([("water is H", 11, 0), ("2", 7, -2), ("O as ever", 11, 0)], "water is H2O as ever"),
        ([("the 1", 11, 0), ("st", 7, 4), (" of May", 11, 0)], "the 1st of May"),
        ([("Goodwill ", 11, 0), ("(1)", 7, 4), (" and more", 11, 0)], "Goodwill (1) and more"),
        ([("1. The first of 20 items, 3 of them small", 11, 0)], "1. The first of 20 items, 3 of them small"),
        ([("1.", 7, 4), (" The first of the items", 11, 0)], "1. The first of the items"),
        ([("2.1)", 7, 4), (" The next of the items", 11, 0)], "2.1) The next of the items"),
        ([("known.", 11, 0), ("1,2", 7, 4), (" Text", 11, 0)], "known.\u00b9,\u00b2 Text"),
        ([("known.", 11, 0), ("1-3", 7, 4), (" Text", 11, 0)], "known.\u00b9\u207b\u00b3 Text"),
        ([("500 m", 11, 0), ("2", 7, 4), (" of it", 11, 0)], "500 m\u00b2 of it"),
        ([("mix ", 11, 0), ("1", 7, 4), ("/", 11, 0), ("2", 7, -1), (" cup", 11, 0)], "mix 1/2 cup"),
        ([("mix 3", 11, 0), ("1", 7, 4), ("/", 11, 0), ("2", 7, -1), (" cups", 11, 0)], "mix 3\u00b9/2 cups"),
        ([("see", 11, 0), ("1/2", 7, 4), (" there", 11, 0)], "see\u00b9/\u00b2 there"),
        ([("BIG ", 14, 0), ("with 12 small ones beside it", 9, 0)], "BIG with 12 small ones beside it"),
    ],
)
def test_raised_digits_and_others(runs: list[tuple[str, float, float]], text: str) -> None:
    assert open_document(page(*runs), name="made.pdf").text == text


def test_a_raised_digit_has_a_box_of_its_own() -> None:
    document = open_document(page(("256 tokens.", 11, 0), ("4", 7, 4), (" Text.", 11, 0)), name="made.pdf")
    at = document.text.index("\u2074")
    (mark,) = document.boxes(at, at + 1)[1]
    (word,) = document.boxes(at - 7, at)[1]
    assert mark.right - mark.left < 6
    assert word.right <= mark.left + 0.5
    assert mark.bottom < word.bottom


def test_a_sentence_ends_after_its_mark() -> None:
    text = "It has 256 tokens.\u2074 The next sentence\u00b9\u00b2 goes on to 10\u2074. A third."
    found = [text[start:end] for start, end in sentences_of_text(text, Span(0, len(text)), line_breaks_end=False)]
    assert found == ["It has 256 tokens.\u2074", "The next sentence\u00b9\u00b2 goes on to 10\u2074.", "A third."]


@pytest.mark.parametrize(
    "marks", ["\u00b9,\u00b2", "\u00b9\u207b\u00b3", "\u00b9\u2013\u00b3", "\u2020", "\u00b9\u00b2,\u00b3,\u2074"]
)
@pytest.mark.parametrize("end", [".", "?", ".\u201d", ".)"])
def test_a_sentence_ends_after_several_marks(marks: str, end: str) -> None:
    text = f"It is known from others{end}{marks} The next\u00b9,\u00b2 one goes on, and on. A third."
    found = [text[start:stop] for start, stop in sentences_of_text(text, Span(0, len(text)), line_breaks_end=False)]
    assert found == [
        f"It is known from others{end}{marks}",
        "The next\u00b9,\u00b2 one goes on, and on.",
        "A third.",
    ]


def test_marks_are_no_part_of_terms() -> None:
    words = words_of("english", stemmed=False)
    assert words.terms("256 tokens\u2074 and tokens.\u00b9\u00b2 10\u2074 words") == [
        "256",
        "tokens",
        "tokens",
        "10",
        "words",
    ]


@needs_papers
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("llama", "the research community\u00b9."),
        ("llama", "the xformers library,\u00b2 is inspired"),
        ("llama", "not available anymore\u2075."),
        ("bert", "tensor2tensor library.\u00b9 Because the"),
        ("bert", "official GLUE leaderboard\u00b9\u2070, BERT"),
        ("roberta", "understanding systems.\u2076 Tasks are"),
    ],
)
def test_marks_of_footnotes_in_papers(name: str, words: str) -> None:
    document = open_document(PAPERS / f"{name}.pdf")
    at = re.sub(r"\s", " ", document.text).find(words)
    assert at >= 0
    ends = {end for _, end in sentences(document, Span(0, len(document.text)))}
    closing = re.search(r"\.[\u2070-\u2079\u00b9\u00b2\u00b3]+(?= )", words)
    assert closing is None or at + closing.end() in ends


def test_superscripts_of_a_font_and_numbers_of_another_one() -> None:
    """Typst takes the marks of notes from the font, at full size on the line; bold numbers have a lower box."""
    text = open_document(ROOT / "rag_core" / "sample" / "handbook.pdf").text
    assert re.search(rf"256 tokens\.[{SUPERSCRIPTS}]+ Text", text)
    assert not re.search(r"[a-z]\.\d", text.replace("e.g.", "")), "a mark after a sentence"
    assert re.search(r"^1\. Atoms\. The document is cut", text, re.M)
    assert re.search(r"^Table 2\. ", text, re.M)

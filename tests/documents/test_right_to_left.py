"""Right-to-left words are read in logical order however the file stores them, and keep their boxes."""

from __future__ import annotations

import numpy as np
import pytest
from pdf_maker import glyphs_pdf

from rag_core import open_document
from rag_core.documents import Document

# ruff: noqa: RUF001
STEP = 6.0
MIRRORED = str.maketrans("()[]", ")(][")
# What is read, and what is seen from left to right.
SENTENCES = {
    "העולם שלום": "םולש םלועה",
    "שלום!": "!םולש",
    "היא (מדינה) בארץ": "ץראב (הנידמ) איה",
    "בשנת 2024, עם 12.5%": "12.5% םע ,2024 תנשב",
    "בין 2019-2020 בירושלים": "םילשוריב 2019-2020 ןיב",
    "מערכת של GPT-4 Turbo חדשה": "השדח GPT-4 Turbo לש תכרעמ",
    "המודל ב-API (גרסה 2) נבדק היטב": "בטיה קדבנ (2 הסרג) API-ב לדומה",
    "ראו [1] אצל הסופר Cohen (1999) בספרו הידוע": "עודיה ורפסב Cohen (1999) רפוסה לצא [1] ואר",
    "في عام ٢٠٢٤ (تقريبا) بدأ": "أدب (ابيرقت) ٢٠٢٤ ماع يف",
    "the word שלום עולם is peace in Hebrew": "the word םלוע םולש is peace in Hebrew",
}


def read(*runs: tuple[float, float, str | list[str]]) -> Document:
    return open_document(glyphs_pdf(*runs), name="made.pdf")


def letters(seen: str) -> list[tuple[float, float, str]]:
    return [(50 + STEP * n, 100, char) for n, char in enumerate(seen) if char != " "]


def check_boxes(document: Document, seen: str) -> None:
    """Each character stands where it is seen, brackets perhaps under the other name."""
    for char, (left, _, right, _) in zip(document.text, document.char_boxes.tolist(), strict=True):
        if char != " ":
            assert seen[round((left - 50) / STEP)] in (char, char.translate(MIRRORED))
            assert right - left == pytest.approx(STEP, abs=0.01)


@pytest.mark.parametrize(("text", "seen"), SENTENCES.items())
@pytest.mark.parametrize("named", ["by shape", "by sense"])
def test_lines_that_are_stored_as_they_are_seen(text: str, seen: str, named: str) -> None:
    document = read((50, 100, seen if named == "by shape" else seen.translate(MIRRORED)))
    assert document.text == text
    check_boxes(document, seen)


@pytest.mark.parametrize(("text", "seen"), SENTENCES.items())
@pytest.mark.parametrize("order", ["from the right", "words", "shuffled"])
def test_lines_that_are_stored_in_other_orders(text: str, seen: str, order: str) -> None:
    runs = letters(seen)
    if order == "from the right":
        runs.reverse()
    elif order == "words":
        runs = [(50 + STEP * seen.index(word), 100, word) for word in reversed(seen.split())]
    else:
        runs = runs[::2] + runs[1::2]
    document = read(*runs)
    assert document.text == text
    check_boxes(document, seen)


def test_a_paragraph_of_several_lines_and_a_number_for_its_page() -> None:
    lines = [
        "חיפוש מבוסס על מקטעים של מסמך ארוך,",
        "וכל מקטע עומד במקום מסוים על הדף (ראו",
        "להלן). המודל קורא אותם אחד אחד.",
    ]
    after = "פסקה חדשה מתחילה כאן."
    seen = [line.translate(MIRRORED)[::-1] for line in [*lines, after]]
    runs = [(500 - STEP * len(line), 100 + 13 * n, line) for n, line in enumerate(seen)]
    assert read(*runs).text == " ".join(lines) + "\n" + after


def test_a_list_keeps_its_lines() -> None:
    lines = ["חיפוש מבוסס על מקטעים של מסמך ארוך, וכל מקטע", "עומד במקום מסוים.", "תפוחים", "בננות וענבים", "לימון"]
    runs = [(500 - STEP * len(line), 100 + 13 * n, line[::-1]) for n, line in enumerate(lines)]
    assert read(*runs).text == " ".join(lines[:2]) + "\n" + "\n".join(lines[2:])


@pytest.mark.parametrize(
    ("glyphs", "text"),
    [
        (["\ufee1", "\ufefc", "\ufeb3"], "سلام"),  # Unicode's own joined letters
        (["م", "لا", "س"], "سلام"),  # a font's, which it names as they are read
        (["م", "ال", "س"], "سلام"),  # and as they are seen
        (["\ufb4b", "\ufb2a"], "ש\u05c1ו\u05b9"),
        (["\ufdf2"], "الله"),
    ],
)
def test_joined_letters_come_apart_in_the_order_of_reading(glyphs: list[str], text: str) -> None:
    document = read((50, 100, glyphs))
    assert document.text == text
    lefts = document.char_boxes[:, 0]
    assert (np.diff(lefts) <= 0).all()
    assert lefts[0] > 50 or len(glyphs) == 1
    assert (document.char_boxes[:, 2] > lefts).all()


@pytest.mark.parametrize("at", [(3, 4), (4, 3)])
def test_marks_stay_with_their_letter(at: tuple[int, int]) -> None:
    """The vowel below shin is stored before it or after it, and stands under its middle."""
    runs = [(50, 100, "ם"), (56, 100, "ו"), (62, 100, "ל")]
    pair = [(68.0, 100.0, "ש"), (68.5, 100.0, "\u05b8")]
    document = read(*runs, *[pair[n - 3] for n in at])
    assert document.text == "ש\u05b8לום"


def test_a_page_number_in_an_english_page_is_no_matter() -> None:
    text = "Nothing here runs to the left (at all) in 2024."
    assert read((50, 100, text)).text == text

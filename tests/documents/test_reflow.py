"""Reflow of lines into paragraphs, on generated pages."""

from __future__ import annotations

import pytest
from pdf_maker import A4, canvas_pdf, pages_pdf, prose_lines

from rag_core import open_document
from rag_core.documents import Document
from rag_core.documents.reflow.hyphens import count_words, is_broken, keeps_hyphen

FIRST = (
    "Retrieval splits a document into chunks before anybody has asked a question, and the way in which it is split "
    "decides what can be found later. Small chunks are precise but lose their context, large ones keep it and blur."
)
SECOND = (
    "Another paragraph begins here, and it is long enough to fill more than two lines of the page, so that the end of "
    "its lines tells the margin apart from the end of a sentence, as a reader would see it at once."
)


def read(*pages: list[tuple[float, float, str]], size: float = 11) -> Document:
    return open_document(pages_pdf(*pages, font_size=size), name="made.pdf")


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not() -> None:
    page = [*prose_lines(FIRST), *prose_lines(SECOND, top=160)]
    assert read(page).text == f"{FIRST}\n\n{SECOND}"


def test_an_indent_begins_a_paragraph() -> None:
    second = prose_lines(SECOND, top=80 + 13 * len(prose_lines(FIRST)))
    second[0] = (90, second[0][1], second[0][2])
    assert read([*prose_lines(FIRST), *second]).text == f"{FIRST}\n{SECOND}"


def test_short_lines_and_lists_keep_their_breaks() -> None:
    lines = ["Apple Inc.", "One Apple Park Way", "Cupertino", "\u2022 first item", "\u2022 second item"]
    page = [*prose_lines(SECOND), *((72, 200 + 13 * n, line) for n, line in enumerate(lines))]
    assert read(page).text.endswith("\n".join(lines))


def test_table_rows_stay_rows() -> None:
    rows = [
        (left, 200 + 13 * n, cell)
        for n in range(4)
        for left, cell in ((72, f"Row {n}"), (300, f"{n},000"), (500, "12 %"))
    ]
    assert (
        "Row 0 0,000 12 %\nRow 1 1,000 12 %\nRow 2 2,000 12 %\nRow 3 3,000 12 %"
        in read([*prose_lines(FIRST), *rows]).text
    )


@pytest.mark.parametrize("places", [((72, 80), (320, 80)), ((72, 700), (320, 80))])
def test_a_sentence_runs_across_columns(places) -> None:
    lines = [line for _, _, line in prose_lines(f"{FIRST} {SECOND}", width=44)]
    half = next(n for n in range(len(lines) // 2, len(lines)) if lines[n][0].islower())
    left = [(72, 80 + 13 * n, line) for n, line in enumerate(lines[:half])]
    right = [(320, 80 + 13 * n, line) for n, line in enumerate(lines[half:])]
    assert read([*left, *right]).text == f"{FIRST} {SECOND}"


def broken_over_pages(*between: tuple[float, float, str]) -> list[list[tuple[float, float, str]]]:
    lines = prose_lines(f"{FIRST} {SECOND}", top=600)
    second = [(left, 100 + down - 600, line) for left, down, line in lines[3:]]
    return [[*lines[:3], *between], second]


def test_a_sentence_runs_across_pages_and_footers() -> None:
    pages = broken_over_pages((290, 800, "1"))
    pages[1].append((290, 800, "2"))
    pages.append([*prose_lines(FIRST), (290, 800, "3")])
    document = read(*pages)
    assert document.text == f"{FIRST} {SECOND}\n\n{FIRST}"
    assert [(left.page, left.text) for left in document.left_out] == [(1, "1"), (2, "2"), (3, "3")]
    first, second, _ = document.pages
    assert document.text[first.end : second.start] == " "


def test_a_word_broken_over_pages_is_one_word_on_both() -> None:
    first = [
        *prose_lines(FIRST, top=600),
        (72, 639, "It goes on for one more line and then in the middle of it there is a contin-"),
    ]
    document = read(
        first,
        [
            (72, 80, "uation of the word on the next page, which has to be found there as well."),
            *prose_lines(SECOND, top=93),
        ],
    )
    start = document.text.index("continuation")
    one, two = document.pages
    assert one.end == two.start == start + len("contin")
    assert set(document.boxes(start, start + len("continuation"))) == {1, 2}


def test_a_footnote_does_not_interrupt_a_sentence() -> None:
    def draw(canvas) -> None:
        for number, page in enumerate(broken_over_pages()):
            canvas.setFont("Times-Roman", 11)
            for left, down, line in page:
                canvas.drawString(left, A4[1] - down, line)
            canvas.setFont("Times-Roman", 8)
            if number == 0:
                canvas.drawString(72, 60, "1 A footnote, in small print, which ends the page.")
            canvas.showPage()

    document = open_document(canvas_pdf(draw), name="footnote.pdf")
    assert f"{FIRST} {SECOND}" in document.text
    assert "1 A footnote" in document.text[: document.pages[0].end]


HEADER, FOOTER = "A Study of Chunks", "Example Corp. | Form 10-Q | "


def with_margins(count: int) -> list[list[tuple[float, float, str]]]:
    return [
        [(72, 40, HEADER), *prose_lines(f"Page {n} of it. {FIRST}"), (250, 800, f"{FOOTER}{n}")]
        for n in range(1, count + 1)
    ]


def test_running_headers_and_footers_are_left_out() -> None:
    document = read(*with_margins(4))
    assert HEADER not in document.text
    assert FOOTER not in document.text
    assert [(left.page, left.text) for left in document.left_out[:2]] == [(1, HEADER), (1, f"{FOOTER}1")]
    assert len(document.left_out) == 8


def test_two_pages_are_too_few_for_running_headers() -> None:
    document = read(*with_margins(2))
    assert document.left_out == ()
    assert document.text.count(HEADER) == 2


def test_page_numbers_that_alternate_sides() -> None:
    bodies = (FIRST, SECOND, f"{SECOND} {FIRST}", f"{FIRST} {FIRST}", f"{FIRST} {SECOND}")
    pages = [[*prose_lines(body), (72 if n % 2 else 500, 800, str(n + 7))] for n, body in enumerate(bodies)]
    document = read(*pages)
    assert [left.text for left in document.left_out] == ["7", "8", "9", "10", "11"]
    assert document.text == "\n\n".join(bodies)


def test_pages_that_are_all_alike_are_kept() -> None:
    document = read(*[[(72, 60, "The same words")]] * 4)
    assert document.text.count("The same words") == 4
    assert document.left_out == ()


def test_rows_and_headings_that_look_alike_are_kept() -> None:
    pages = [
        [*prose_lines(FIRST, top=300), (72, 760, "Total"), (400, 760, str(figure)), (72, 790, str(figure))]
        for figure in (812, 377, 951, 640)
    ]
    for number, page in enumerate(pages):
        page.insert(0, (72, 60, f"Chapter {['one', 'two', 'three', 'four'][number]}"))
    document = read(*pages)
    assert document.left_out == ()
    assert all(word in document.text for word in ("Total 812", "Chapter three", "\n640"))


def test_a_repeated_head_of_a_table_is_kept() -> None:
    rows = [[(72, 60, "Name"), (300, 60, "Amount")] for _ in range(4)]
    for number, page in enumerate(rows):
        page += [
            (left, 73 + 13 * n, f"{cell} {number}{n}") for n in range(30) for left, cell in ((72, "item"), (300, "10"))
        ]
    document = read(*rows)
    assert document.left_out == ()
    assert document.text.count("Name Amount") == 4


def test_every_page_has_its_range() -> None:
    document = read(prose_lines(FIRST), [], prose_lines(SECOND))
    assert [document.text[page.start : page.end] for page in document.pages] == [FIRST, "", SECOND]


@pytest.mark.parametrize(
    ("before", "after", "elsewhere", "kept"),
    [
        ("founda-", "tion models", "", False),
        ("founda\x02", "tion models", "", False),
        ("pre-", "trained models", "a pre-trained model", True),
        ("re-", "moved again", "it was removed", False),
        ("state-of-", "the-art models", "of the art", True),
        ("state-of-the-", "art models", "the art of it", True),
        ("GPT-", "Neo is", "", True),
        ("GPT-", "3 is", "", True),
        ("n\x02", "gram models", "an n-gram", True),
        ("semi\u00ad", "Supervised", "", False),
        ("self-super-", "vised learning", "supervised", False),
    ],
)
def test_hyphens_at_line_ends(before: str, after: str, elsewhere: str, kept: bool) -> None:
    assert is_broken(before, after)
    assert keeps_hyphen(before, after, count_words([elsewhere, before, after])) is kept


@pytest.mark.parametrize(("before", "after"), [("a -", "b"), ("-", "b"), ("range 1-", "(see"), ("word", "word")])
def test_words_that_are_not_broken(before: str, after: str) -> None:
    assert not is_broken(before, after)

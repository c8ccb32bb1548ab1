"""The parser layout on pages made for it: reading order, tables and their heads, and what it does where it fails."""

from __future__ import annotations

import io
import textwrap

import pytest
from pdf_maker import A4, canvas_pdf, encrypted_pdf, pages_pdf, prose_lines, turned
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4 as PAGE
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from rag_core import open_document, preset
from rag_core.documents import Document
from rag_core.documents.layout import reading
from rag_core.documents.limits import Limits
from rag_core.parts.parser.layout import Layout

STATEMENT = [
    (330, 100, "Three Months Ended"),
    (470, 100, "Six Months Ended"),
    (310, 115, "June 25, 2022"),
    (385, 115, "June 26, 2021"),
    (450, 115, "June 25, 2022"),
    (525, 115, "June 26, 2021"),
    (60, 130, "Net sales:"),
]
ROWS = [("Products", "63,355", "63,948", "245,241", "232,309"), ("Services", "19,604", "17,486", "58,941", "50,148")]
PROSE = "The otter keeps a stone in the fold of its skin and opens shells with it while it floats on its back. " * 4


def read(pdf: bytes, **fields: bool) -> Document:
    return open_document(pdf, name="made.pdf", parser=Layout(**fields))


def statement(*, after: str = "") -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        for left, down, text in STATEMENT:
            canvas.drawString(left, A4[1] - down, text)
        for number, (label, *figures) in enumerate(ROWS):
            canvas.drawString(70, A4[1] - 145 - 15 * number, label)
            for right, figure in zip((365, 440, 505, 580), figures, strict=True):
                canvas.drawRightString(right, A4[1] - 145 - 15 * number, figure)
        for number, line in enumerate(after.split("\n")):
            canvas.drawString(60, A4[1] - 260 - 13 * number, line)

    return canvas_pdf(draw)


def table_texts(document: Document) -> list[str]:
    return [document.text[b.span.start : b.span.end] for b in document.blocks if b.kind == "table"]


def test_heads_over_several_columns_are_carried_by_each() -> None:
    document = read(statement())
    (table,) = table_texts(document)
    assert table.split("\n") == [
        "|  | Three Months Ended June 25, 2022 | Three Months Ended June 26, 2021 | Six Months Ended June 25, 2022 "
        "| Six Months Ended June 26, 2021 |",
        "| --- | --- | --- | --- | --- |",
        "| Net sales: |  |  |  |  |",
        "| Products | 63,355 | 63,948 | 245,241 | 232,309 |",
        "| Services | 19,604 | 17,486 | 58,941 | 50,148 |",
    ]
    (block,) = [block for block in document.blocks if block.kind == "table"]
    assert block.head is not None
    assert document.text[block.head.start : block.head.end] == table.split("\n")[0]


def test_a_figure_keeps_its_box_and_marks_have_none() -> None:
    document = read(statement())
    at = document.text.index("245,241")
    (box,) = document.boxes(at, at + 7)[1]
    assert (box.right, (box.top + box.bottom) / 2) == pytest.approx((505, 142), abs=4)
    bar = document.text.index("| 245,241")
    assert document.boxes(bar, bar + 2) == {}


def test_words_after_a_table_are_not_in_it() -> None:
    document = read(statement(after="Sales rose in all parts, and services the most."))
    (table,) = table_texts(document)
    assert "Sales rose" not in table
    assert document.text.endswith("| 50,148 |\n\nSales rose in all parts, and services the most.")


def page_of(*rows: tuple[float, float, str]) -> list[list[str]]:
    """The lines of the tables of a page with the words of `rows` (left, down, text; a figure's left is its right)."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        for left, down, text in sorted(rows, key=lambda row: (row[1], row[0])):
            right = text[:1] in "(0123456789\u2014" and left > 200
            (canvas.drawRightString if right else canvas.drawString)(left, A4[1] - down, text)

    return [table.split("\n") for table in table_texts(read(canvas_pdf(draw)))]


def test_a_sign_that_stands_next_to_the_column_before_stays_with_its_figure() -> None:
    figures = [(400.0, 130.0, "$ "), (450.0, 130.0, "(8,512)"), (456.0, 130.0, "$"), (510.0, 130.0, "(6,788)")]
    rows = [(60.0, 145.0 + 15 * n, f"Part {'abcdefgh'[n]}") for n in range(8)]
    rows += [(right, 145.0 + 15 * n, str(number - n)) for n in range(8) for right, number in ((450, 415), (510, 575))]
    (table,) = page_of((430, 115, "Spring"), (490, 115, "Autumn"), (60, 130, "Net loss"), *figures, *rows)
    assert [*table[:3:2], table[4]] == [
        "|  | Spring | Autumn |",
        "| Net loss | $ (8,512) | $ (6,788) |",
        "| Part b | 414 | 574 |",
    ]


def test_a_row_of_years_below_figures_begins_another_table() -> None:
    first = [(60, 115, "(In tons)"), (450, 115, "2020"), (520, 115, "2021"), (60, 130, "Hay"), (450, 130, "46 %")]
    first += [(520, 130, "54 %"), (60, 145, "Oats"), (450, 145, "11 %"), (520, 145, "12 %"), (60, 165, "Prices")]
    second = [(60, 180, "(In crowns)"), (400, 180, "2020"), (470, 180, "2021"), (60, 195, "Hay"), (400, 195, "5,154")]
    second += [(470, 195, "9,351"), (60, 210, "Oats"), (400, 210, "7"), (470, 210, "8")]
    tables = page_of(*first, *second)
    assert [table[0] for table in tables] == ["| (In tons) | 2020 | 2021 |", "| (In crowns) | 2020 | 2021 |"]
    assert tables[1][2] == "| Hay | 5,154 | 9,351 |"


def test_a_first_row_of_signs_and_dashes_is_no_head() -> None:
    rows = [(400, 115, "Bonds"), (480, 115, "Shares"), (60, 130, "Balance in May"), (405, 130, "$")]
    rows += [(425, 130, "\u2014"), (485, 130, "$"), (505, 130, "\u2014"), (60, 145, "Bought")]
    (table,) = page_of(*rows, (425, 145, "173"), (505, 145, "65"), (60, 160, "Sold"), (425, 160, "8"), (505, 160, "9"))
    assert table[0] == "|  | Bonds | Shares |"
    assert table[2] == "| Balance in May | $ \u2014 | $ \u2014 |"


def test_the_name_of_a_part_that_is_long_leaves_a_table_whole() -> None:
    heads = [(250, 115, "Mass"), (320, 115, "Length"), (400, 115, "Width")]
    parts = [
        (60, 130, "Otters on the river (as of July 25, 2019)"),
        (60, 175, "Ensembles of the sea (from all that swam)"),
    ]
    cells = [(60, down, f"Otter {name}") for name, down in zip("abcd", (145, 160, 190, 205), strict=True)]
    cells += [(right, down, f"{down}.5") for down in (145, 160, 190, 205) for right in (270, 345, 420)]
    (table,) = page_of(*heads, *parts, *cells)
    assert table[0] == "|  | Mass | Length | Width |"
    assert table[2:7:3] == [f"| {text} |  |  |  |" for _, _, text in parts]


def test_a_label_cut_after_a_small_word_goes_on_with_a_capital() -> None:
    rows = [(400, 115, "Shares"), (60, 130, "Sold"), (425, 130, "12"), (60, 145, "Issued under the"), (60, 157, "Plan")]
    (table,) = page_of(*rows, (425, 157, "107"), (60, 172, "Kept"), (425, 172, "8"))
    assert table[3] == "| Issued under the Plan | 107 |"


def test_periods_over_as_many_columns_each_are_carried_by_all_of_them() -> None:
    lefts, names = (240, 300, 360, 420, 480, 540), ("Cost", "Loss", "Net") * 2
    heads = [(275, 115, "July 30, 2023"), (455, 115, "May 29, 2022")]
    heads += [(left, 130, name) for left, name in zip(lefts, names, strict=True)]
    rows = [(60, 145 + 15 * n, label) for n, label in enumerate(("Patents", "Names"))]
    rows += [(left + 20, 145 + 15 * n, f"{left + n}") for n in range(2) for left in lefts]
    (table,) = page_of(*heads, *rows)
    dates = ("July 30, 2023",) * 3 + ("May 29, 2022",) * 3
    carried = " | ".join(f"{date} {name}" for date, name in zip(dates, names, strict=True))
    assert table[0] == f"|  | {carried} |"


def test_a_head_between_the_rows_of_the_others_leaves_them_heads() -> None:
    heads = [(250, 109, "On land"), (380, 109, "At sea"), (60, 118, "Otter")]
    heads += [(left, 127, name) for left, name in zip((240, 300, 360, 420), ("Dev", "Test") * 2, strict=True)]
    rows = [(60, 145 + 15 * n, name) for n, name in enumerate(("Ada", "Bo"))]
    rows += [(left + 20, 145 + 15 * n, f"{left + n}") for n in range(2) for left in (240, 300, 360, 420)]
    (table,) = page_of(*heads, *rows)
    assert table[0] == "| Otter | On land Dev | On land Test | At sea Dev | At sea Test |"


def test_a_table_that_is_drawn_keeps_words_of_several_lines_in_their_cells() -> None:
    style = getSampleStyleSheet()["BodyText"]
    rows = [["Part", "What it does", "Size"], ["chunker", "cuts the text into parts that can be found", "256"]]
    rows += [["search", "ranks the parts by how near they are to the question asked", "8"]]
    cells = [[Paragraph(cell, style) for cell in row] for row in rows]
    grid = Table(cells, colWidths=[80, 120, 60], style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=PAGE).build([grid])
    (table,) = table_texts(read(out.getvalue()))
    heads = ["| Part | What it does | Size |", "| --- | --- | --- |"]
    assert table.split("\n") == [*heads, *(f"| {' | '.join(row)} |" for row in rows[1:])]


def test_two_columns_are_read_one_after_the_other_however_the_file_has_them() -> None:
    left, right = textwrap.wrap(f"First {PROSE}", 46), textwrap.wrap(f"Second {PROSE}", 46)
    lines = zip([(50.0, line) for line in left], [(315.0, line) for line in right], strict=True)
    rows = [(x, 80.0 + 13 * n, line) for n, pair in enumerate(lines) for x, line in pair]
    document = read(pages_pdf(rows))
    assert " ".join(document.text.split()) == f"First {PROSE}Second {PROSE}".strip()
    assert not table_texts(document)


def test_words_that_stand_upright_on_a_turned_page_are_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(700, 0)
        canvas.rotate(90)
        for left, down, text in prose_lines(PROSE):
            canvas.drawString(left, 300 - down, text)

    document = read(canvas_pdf(draw))
    assert (" ".join(document.text.split()), document.notices) == (PROSE.strip(), ())


def test_words_that_lie_on_their_side_are_in_the_order_of_the_file() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        for left, down, text in prose_lines(PROSE):
            canvas.drawString(left, A4[0] - 100 - down, text)

    pdf = canvas_pdf(draw)
    document = read(pdf)
    assert document.text == open_document(pdf, name="made.pdf").text
    assert [notice.startswith("The reading order of page 1 could not") for notice in document.notices] == [True]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_table_that_lies_on_its_side_is_a_table_with_its_boxes(rotation: int) -> None:
    upright, document = read(statement()), read(turned(statement(), rotation))
    (table,) = table_texts(document)
    assert [table] == table_texts(upright)
    at = document.text.index(ROWS[0][1])
    before, now = upright.boxes(at, at + 1)[1][0], document.boxes(at, at + 1)[1][0]
    (x, y), (width, height) = ((before.left + before.right) / 2, (before.top + before.bottom) / 2), A4
    moved = {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[rotation]
    assert ((now.left + now.right) / 2, (now.top + now.bottom) / 2) == pytest.approx(moved, abs=0.5)


def test_a_long_document_is_read_page_by_page() -> None:
    document = read(pages_pdf(*[prose_lines(f"Page {n} has these words.") for n in range(1, 301)]))
    assert [document.text[p.start : p.end] for p in document.pages] == [
        f"Page {n} has these words." for n in range(1, 301)
    ]


def test_an_encrypted_file_is_read_with_its_password() -> None:
    document = open_document(encrypted_pdf("Seven herons.", user="sesame"), parser="layout", password="sesame")
    assert (document.text, document.notices) == ("Seven herons.", ())


def test_a_page_that_fails_keeps_its_lines_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no table")

    monkeypatch.setattr(reading, "with_tables", fail)
    monkeypatch.setattr(reading, "blocks_of_pages", lambda *_: {})
    parsed = reading.read(statement(), None, Limits())
    assert "Products" in parsed.text
    assert "|" not in parsed.text
    assert [notice[:40] for notice in parsed.notices] == [
        "The reading order of page 1 could not be",
        "The tables of page 1 could not be read: ",
    ]


def test_words_with_bars_stay_cells() -> None:
    rows = [(72.0, 100.0 + 15 * n, f"p|q {n}") for n in range(3)]
    rows += [(300.0, 100.0 + 15 * n, f"{n}1") for n in range(3)]
    rows.sort(key=lambda row: (row[1], row[0]))
    (table,) = table_texts(read(pages_pdf(rows)))
    assert table.split("\n")[2:] == [f"| p\\|q {n} | {n}1 |" for n in range(3)]


def test_the_fields_are_named_in_a_spec() -> None:
    assert preset("baseline:parser.kind=layout,parser.index_heads=true").parser.indexes_heads
    assert not preset("baseline:parser.kind=layout").parser.indexes_heads


@pytest.mark.parametrize("kind", ["markdown", "recursive"])
def test_chunkers_of_structure_do_not_cut_a_table_that_fits(kind: str) -> None:
    document = read(statement(after="\n".join(textwrap.wrap(PROSE * 2, 90))))
    (table,) = [block.span for block in document.blocks if block.kind == "table"]
    size = "chunker.chunk_tokens=160,chunker.overlap_tokens=0"
    chunks = preset(f"baseline:chunker.kind={kind},{size}").chunker.chunk(document, None)
    assert len(chunks) > 1
    assert any(start <= table.start and table.end <= end for start, end in chunks)

"""Tables that are set in other ways than one line a row and one row of heads, on pages made for each."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_maker import A4, canvas_pdf
from reportlab.pdfgen.canvas import Canvas

from rag_core import open_document

Words = Sequence[tuple[float, float, str]]  # left, down, text; of a figure, its right end
Lines = Sequence[tuple[float, float, float]]  # left, right, down


def tables_of(words: Words, lines: Lines = ()) -> list[list[str]]:
    """The lines of the tables of a page with words and lines drawn across."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        canvas.setLineWidth(0.5)
        for left, down, text in sorted(words, key=lambda word: (word[1], word[0])):
            right = text[0] in "(0123456789" and left > 200
            (canvas.drawRightString if right else canvas.drawString)(left, A4[1] - down, text)
        for left, right, down in lines:
            canvas.line(left, A4[1] - down, right, A4[1] - down)

    document = open_document(canvas_pdf(draw), name="made.pdf", parser="layout")
    spans = [block.span for block in document.blocks if block.kind == "table"]
    return [document.text[span.start : span.end].split("\n") for span in spans]


def rows(
    labels: Sequence[str], down: float, rights: Sequence[float], step: float = 14
) -> list[tuple[float, float, str]]:
    """Rows of figures, each with its label."""
    found = [(60.0, down + step * n, label) for n, label in enumerate(labels) if label]
    return found + [(right, down + step * n, f"{n}.{int(right)}") for n in range(len(labels)) for right in rights]


HEADS = [(330.0, 100.0, "Spring"), (430.0, 100.0, "Autumn")]
RIGHTS = (355.0, 460.0)


def test_a_label_beside_the_middle_of_rows_is_in_each_of_them() -> None:
    words = [*HEADS, *rows(["Heron", "", "", "", ""], 115, RIGHTS), (60, 150, "Otter")]
    words += [(120, 115 + 14 * n, f"size {n}") for n in range(5)]
    (table,) = tables_of(words, [(55, 470, 88), (55, 470, 104), (55, 470, 119), (55, 470, 180)])
    assert [row.split(" | ")[:2] for row in table[2:]] == [["| Heron", "size 0"]] + [
        ["| Otter", f"size {n}"] for n in (1, 2, 3, 4)
    ]


def test_labels_that_stand_left_of_rows_belong_to_them_where_lines_reach_so_far() -> None:
    words = [*HEADS, *rows([""] * 3, 115, RIGHTS), *[(250, 115 + 14 * n, f"{n}B") for n in range(3)]]
    words += [(150, 129, "Otter")]
    (table,) = tables_of(words, [(145, 470, 88), (145, 470, 104), (145, 470, 148)])
    assert [row.split(" | ")[0] for row in table[2:]] == ["| Otter"] * 3


def test_a_line_of_heads_after_figures_begins_another_table() -> None:
    first = [(430, 100, "Autumn"), *rows(["Hay", "Oats"], 115, (460,))]
    second = [(60, 148, "The herd of the year was as follows (in heads):"), (420, 162, "Number of heads")]
    second += rows(["Cows", "Goats"], 176, (460,))
    tables = tables_of([*first, *second])
    assert [table[0] for table in tables] == ["|  | Autumn |", "|  | Number of heads |"]
    assert tables[1][2:] == ["| Cows | 0.460 |", "| Goats | 1.460 |"]


def test_a_name_over_the_labels_is_no_head() -> None:
    words = [*HEADS, (230, 114, "HOUSES:"), *rows(["Barn", "Mill"], 128, RIGHTS)]
    (table,) = tables_of(words)
    assert (table[0], table[2]) == ("|  | Spring | Autumn |", "| HOUSES: |  |  |")


def test_as_many_heads_as_columns_are_not_moved_to_the_next_columns() -> None:
    words = [*zip((192, 240, 290, 322), (100,) * 4, ("Avg", "Bird", "Fish", "Mammal"), strict=True)]
    words += [*zip((240, 297, 319, 342), (112,) * 4, ("Acc.", "F1", "GPS", "Acc."), strict=True)]
    words += rows(["Crow", "Dove", "Gull"], 126, (212, 260, 310))
    words += [(360, 126 + 14 * n, f"10.{n}/50.{n}") for n in range(3)]
    (table,) = tables_of(words)
    assert table[0] == "|  | Avg | Bird Acc. | Fish F1 | Mammal GPS Acc. |"


def test_a_head_beside_taller_ones_is_over_the_columns_between_them_only() -> None:
    heads = [(215, 100, "Held"), (215, 110, "Apart"), (308, 96, "In Store"), (410, 100, "Paid"), (410, 110, "Later")]
    heads += [(282, 110, "Sacks"), (342, 110, "Weight")]
    words = [*heads, *rows(["Hay", "Oats", "Rye"], 126, (240, 305, 370, 430))]
    (table,) = tables_of(words)
    assert table[0] == "|  | Held Apart | In Store Sacks | In Store Weight | Paid Later |"


def test_a_label_in_lines_closer_than_rows_is_whole() -> None:
    words = [*HEADS, *rows(["Barn", "Mill"], 115, RIGHTS, 20)]
    words += [(60, 157, "Herons that were seen by"), (60, 168, "Morris"), (355, 168, "31"), (460, 168, "32")]
    (table,) = tables_of([*words, *rows(["Yard"], 188, RIGHTS)])
    assert table[4] == "| Herons that were seen by Morris | 31 | 32 |"


def test_figures_at_the_foot_of_a_row_have_the_label_at_its_top() -> None:
    words = [*HEADS, *rows(["Barn"], 115, RIGHTS), (60, 130, "Mill"), (355, 141, "7"), (460, 141, "8")]
    (table,) = tables_of([*words, *rows(["Yard"], 156, RIGHTS)])
    assert table[3] == "| Mill | 7 | 8 |"


def test_figures_that_a_narrow_column_cuts_are_whole() -> None:
    words = [*HEADS, *rows(["Barn"], 115, RIGHTS), (60, 130, "Mill"), (355, 130, "32,41"), (460, 130, "1,3")]
    words += [(310, 139.5, "$"), (355, 139.5, "5"), (460, 139.5, "43"), *rows(["Yard"], 155, RIGHTS)]
    (table,) = tables_of(words)
    assert table[3] == "| Mill | $ 32,415 | 1,343 |"


def test_a_parenthesis_set_apart_stays_with_its_figure() -> None:
    (table,) = tables_of(
        [*HEADS, *rows(["Barn"], 115, RIGHTS), (60, 130, "Mill"), (355, 130, "(69 )"), (460, 130, "8")]
    )
    assert table[3] == "| Mill | (69) | 8 |"


def test_words_under_heads_with_a_line_below_each_are_a_table() -> None:
    words = [
        (60, 100, "Bird"),
        (200, 100, "Where it lives"),
        (60, 116, "Heron"),
        (200, 116, "near still water"),
        (200, 127, "in trees"),
    ]
    words += [(60, 142, "Wren"), (200, 142, "in hedges"), (60, 157, "Gull"), (200, 157, "by the sea")]
    (table,) = tables_of(words, [(55, 180, 104), (195, 420, 104)])
    assert [table[0], *table[2:]] == [
        "| Bird | Where it lives |",
        "| Heron | near still water in trees |",
        "| Wren | in hedges |",
        "| Gull | by the sea |",
    ]


def test_the_bytes_of_a_dump_are_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Courier", 10)
        for n in range(8):
            dump = " ".join(f"{(n * 16 + k) * 7 % 100:02d}" for k in range(16))
            canvas.drawString(60, 700 - 12 * n, f"{n * 16:08x}  {dump}")

    document = open_document(canvas_pdf(draw), name="made.pdf", parser="layout")
    assert [block for block in document.blocks if block.kind == "table"] == []


def test_a_cell_of_words_that_ends_in_a_line_of_its_own_does_not_begin_a_table() -> None:
    words = [(60, 100, "Part"), (150, 100, "Kinds"), (460, 100, "Section"), (60, 116, "Rerank")]
    words += [(150, 116, "none, cross-encoder, late interaction,"), (475, 116, "7.1"), (150, 127, "model")]
    words += [(60, 142, "Budget"), (150, 142, "hits, tokens"), (475, 142, "8.2")]
    (table,) = tables_of(words, [(55, 130, 104), (145, 400, 104), (450, 520, 104)])
    assert table[2:] == [
        "| Rerank | none, cross-encoder, late interaction, model | 7.1 |",
        "| Budget | hits, tokens | 8.2 |",
    ]

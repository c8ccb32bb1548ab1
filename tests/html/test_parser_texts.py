"""A page's text by several parsers is the parser's text, whatever is in it, and what is marked is marked in it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.html.parser_texts import AuditRow, ParserText, TextMark, parser_texts_html
from tests.html.reader import MARKUP, Reader, assert_harmless, stripped_of_tags

TABLE = "# Otters\n\nOtters swim.\n\n| animal | legs |\n|---|---:|\n| otter \\| seal | 4 |\n| ant | 6 |\n\nThe end."


def html_of(text: str, *marks: TextMark, here: Span | None = None) -> str:
    document = Document.from_text(text, "otters.md")
    return parser_texts_html([ParserText("layout", 1, text, Span(0, len(text)), document.blocks, marks, here)])


@given(st.text("ab |#-\n<&*", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_all_words_of_the_text_are_there_once_and_in_order(text: str, spans: list[tuple[int, int]]) -> None:
    marks = [TextMark(Span(*sorted(span)), "real", f"d1-{i}", "<b>") for i, span in enumerate(spans)]
    html = html_of(text, *marks)
    assert_harmless(html)
    shown = stripped_of_tags(html.partition("</div>")[2])
    letters = re.sub(r"[^ab]", "", shown.replace("No text on this page.", ""))
    assert letters == re.sub(r"[^ab]", "", text)


def test_a_table_has_its_rows_and_heads_and_a_heading_its_level() -> None:
    html = html_of(TABLE)
    assert re.findall(r"<th>(.*?)</th>", html) == ["animal", "legs"]
    assert re.findall(r"<td>(.*?)</td>", html) == ["otter \\| seal", "4", "ant", "6"]
    assert 'aria-level="1">Otters<' in html


def test_differences_are_marked_within_cells_and_belong_together_by_their_key() -> None:
    at = TABLE.index("4 |")
    html = html_of(TABLE, TextMark(Span(at, at + 1), "real", "d1-0", "4; 5"), here=Span(at, at + 1))
    assert (
        '<td><span class="cs-real cs-pointed" data-here data-key="d1-0" data-title="4; 5" tabindex="0">4</span>' in html
    )


def test_an_audit_says_what_was_read_and_what_stands_in_the_text_layer() -> None:
    rows = [
        AuditRow("number", "14.83", "14.53", 23, "a1-0", "7B", MARKUP),
        AuditRow("missing", "", MARKUP, 24, "", "", ""),
    ]
    text = ParserText("transcript", 1, "14.83", Span(0, 5), (), (), None, rows, 1_234)
    html = parser_texts_html([text, MARKUP])
    assert_harmless(html)
    shown = Reader(html).text
    assert "2 differences in 1,234 words" in shown
    assert "Only 0 % of these words are in the text layer" in shown  # no word was found
    assert "14.83" in shown
    assert "14.53" in shown


def test_long_findings_are_shown_with_their_ends() -> None:
    row = AuditRow("added", f"begin {'word ' * 500}end", "", 1, "a1-0", "", "")
    html = parser_texts_html([ParserText("vision", 1, "x", Span(0, 1), (), (), None, [row], 500, words_found=400)])
    assert len(html) < 3_000
    shown = Reader(html).text
    assert "1 difference in 500 words" in shown
    assert re.search(r"begin word.*….*word end", shown)
    assert "this looks like" not in shown

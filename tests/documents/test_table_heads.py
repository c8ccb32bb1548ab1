"""The heads of a table stand above its rows wherever these are shown, sent or, on a switch, indexed."""

from __future__ import annotations

import pytest

from rag_core import preset
from rag_core.answers.context import excerpts_of
from rag_core.cache import ArrayCache
from rag_core.documents import Document
from rag_core.documents.table_heads import head_above, heads_above
from rag_core.geometry import Span
from rag_core.pipeline.head_context import with_heads
from rag_core.pipeline.index_cache import IndexCache
from rag_core.stages.entries import Entry
from rag_core.stages.results import Hit

TABLE = "| Item | 2022 | 2021 |\n| --- | ---: | ---: |\n| Tax | 12 | 11 |\n| Sales \\| net | 7 | 6 |"
TEXT = f"Before the table.\n\n{TABLE}\n\nAfter the table 2022."
DOCUMENT = Document.from_text(TEXT, "report.md")
HEADS = "| Item | 2022 | 2021 |\n| --- | --- | --- |"


def hit(words: str, rank: int = 1) -> Hit:
    start = TEXT.index(words)
    return Hit(
        document=DOCUMENT.id,
        start=start,
        end=start + len(words),
        text=words,
        score=0.5,
        rank=rank,
        pages=[1],
        via=[],
    )


@pytest.mark.parametrize(
    ("words", "heads"),
    [
        ("| Tax", HEADS),
        ("12 |", HEADS),
        ("| Sales", HEADS),
        ("| --- ", HEADS),
        ("| Item", ""),
        ("Before", ""),
        ("After", ""),
    ],
)
def test_what_begins_within_a_table_below_its_heads_has_them_above(words: str, heads: str) -> None:
    assert heads_above(DOCUMENT, TEXT.index(words)) == heads


def test_a_text_without_tables_has_no_heads() -> None:
    assert heads_above(Document.from_text("Nothing but words."), 3) == ""


def test_a_language_model_gets_the_heads_above_the_rows() -> None:
    row, prose = excerpts_of([hit("| Tax | 12 | 11 |"), hit("Before the table.", 2)], [DOCUMENT])
    assert row.numbered == f"[1] {HEADS}\n| Tax | 12 | 11 |"
    assert prose.numbered == "[2] Before the table."
    assert row.text == "| Tax | 12 | 11 |"


def test_heads_are_indexed_for_rows_and_shown_as_context() -> None:
    row, prose = (hit("| Tax | 12 | 11 |"), hit("Before the table."))
    spans = [Span(found.start, found.end) for found in (row, prose)]
    entries = [Entry("chunk", span, windows=(span,)) for span in spans]
    first, second = with_heads(entries, DOCUMENT)
    assert first.indexed_text(DOCUMENT) == "| Item | 2022 | 2021 |\n| Tax | 12 | 11 |"
    assert first.text(DOCUMENT) == "| Tax | 12 | 11 |"
    assert first.context == (head_above(DOCUMENT, row.start),)
    assert second == entries[1]


def test_an_index_with_heads_is_cached_apart_from_one_without(tmp_path, model_vectors) -> None:
    cache = ArrayCache(tmp_path, 10_000_000)
    keys = {
        IndexCache(cache, model_vectors.model).key(preset(f"baseline:parser.kind=layout{more}"), [DOCUMENT], "")
        for more in ("", ",parser.index_heads=true")
    }
    assert len(keys) == 2

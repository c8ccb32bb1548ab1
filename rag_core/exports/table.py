"""A comparison as CSV for spreadsheets, and as the JSON that the command line prints."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from rag_core.pipeline.results import Column, Comparison
from rag_core.stages.results import Hit, usage_of
from rag_core.strategy.specs import spec_of
from rag_core.text.tokenizers import get_tokenizer

# Without it Excel reads UTF-8 in the system's legacy code page; `encoding="utf-8-sig"` and pandas skip it.
_BYTE_ORDER_MARK = "\ufeff"
# Spreadsheets run a cell that begins with one of these, including the full-width forms, as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
_COLUMN_FIELDS = ("column", "strategy", "spec", "question")
_HIT_FIELDS = (
    "rank", "score", "score_name", "document", "document_id", "first_page", "last_page", "start", "end", "tokens",
    "via", "text",
)  # fmt: skip
# What a language model was asked for the hits, and the queries that were searched, one a line.
_ASKED_FIELDS = ("error", "queries", "model_calls", "model_ms", "model_cost_usd")
Cell = str | int | float | None


def comparison_csv(comparison: Comparison, names: Sequence[str] | None = None) -> str:
    """One row per hit, with its column's strategy and answer; a column without hits has one row.

    `names` are the column names shown on the page; default: the strategies' names.
    """
    names = names or [column.strategy.name for column in comparison.columns]
    table = io.StringIO()
    table.write(_BYTE_ORDER_MARK)
    writer = csv.writer(table)
    writer.writerow([*_COLUMN_FIELDS, *_HIT_FIELDS, "answer", *_ASKED_FIELDS])
    for number, (column, name) in enumerate(zip(comparison.columns, names, strict=True), 1):
        of_column: list[Cell] = [number, name, spec_of(column.strategy), comparison.question]
        answer = column.answer.text if column.answer else None
        for of_hit in _hits(column, comparison):
            writer.writerow([_safe(cell) for cell in (*of_column, *of_hit, answer, *_asked(column))])
    return table.getvalue()


def comparison_json(comparison: Comparison) -> str:
    """The JSON that `compare --json` prints."""
    return comparison.model_dump_json(indent=2)


def _hits(column: Column, comparison: Comparison) -> Iterator[list[Cell]]:
    labels = comparison.labels
    count = get_tokenizer(comparison.tokenizer).count
    if not column.hits:
        yield [None] * len(_HIT_FIELDS)
    for hit in column.hits:
        pages: list[int] | list[None] = hit.pages or [None]
        place: list[Cell] = [labels[hit.document], hit.document, pages[0], pages[-1], hit.start, hit.end]
        score_name = None if hit.score is None else column.strategy.score_name
        yield [hit.rank, hit.score, score_name, *place, count(hit.text), _via(hit), hit.text]


def _asked(column: Column) -> list[Cell]:
    calls = column.model_calls
    queries = "\n".join(" ".join(query.text.split()) for query in column.queries) or None
    asked: list[Cell] = [len(calls), column.timings_ms.model_ms, usage_of(calls).cost_usd] if calls else [None] * 3
    return [column.error, queries, *asked]


def _via(hit: Hit) -> str:
    scores = ["" if via.score is None else f" {via.score:.4f}" for via in hit.via]
    places = ["" if via.start is None else f" at {via.start} to {via.end}" for via in hit.via]
    return "; ".join(f"{v.kind}{score}{place}" for v, score, place in zip(hit.via, scores, places, strict=True))


def _safe(cell: Cell) -> Cell:
    """The cell; text that a spreadsheet would run as a formula gets an apostrophe, which spreadsheets do not show."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell

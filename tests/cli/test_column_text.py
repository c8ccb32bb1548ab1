"""Hits as text for a terminal: what the score is, and how many entries led to it, in one line."""

from __future__ import annotations

import re

from rag_core import compare, preset
from rag_core.cli.column_text import column_text
from tests.html.comparisons import document_of

TEXT = " ".join(f"Bees number {number} fly home to their hive. " for number in range(60))
QUESTION = "Where do bees fly?"


def lines_of(spec: str) -> list[str]:
    document = document_of(TEXT)
    [column] = compare([document], QUESTION, [preset(spec)]).columns
    return column_text(column, {document.id: document.label}).splitlines()


def test_a_hit_joined_from_many_sentences_is_one_line_and_a_short_text() -> None:
    lines = lines_of("query_spans:budget.tokens=300")
    heads = [line for line in lines if "  via " in line]
    joined = [line for line in heads if " fused score  a.txt p. 1  via window and " in line]
    assert joined
    assert all(line.endswith(" more") for line in joined)
    assert max(map(len, lines)) < 130
    assert len(lines) < 8 * len(heads)


def test_an_entry_alone_is_named_without_a_number() -> None:
    heads = [line for line in lines_of("baseline:search.kind=bm25,chunker.chunk_tokens=40") if "  via " in line]
    assert [line.split("  ")[-1] for line in heads] == ["via chunk", "via chunk"]
    assert all(" BM25  a.txt" in line for line in heads)


def test_a_hit_of_several_stages_has_the_score_of_each() -> None:
    lines = lines_of("query_spans:budget.tokens=300")
    head = next(i for i, line in enumerate(lines) if "  via " in line)
    assert re.fullmatch(r"     dense 0\.\d+, BM25 [\d.]+, fused [\d.]+", lines[head + 1])
    assert not [line for line in lines_of("baseline") if "     dense " in line]

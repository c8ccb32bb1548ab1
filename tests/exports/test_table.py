"""The CSV table: one row per hit, readable by spreadsheets, without formulas that they would run."""

import csv
import io
import json

import pytest

from rag_core.exports import comparison_csv, comparison_json
from rag_core.pipeline.results import Column, Comparison, Counts, DocumentInfo, SearchedQuery, Timings
from rag_core.stages.results import Answer, Hit, ModelCall, Via
from rag_core.strategy.specs import preset

TIMINGS = Timings(parse_ms=1, chunk_ms=1, embed_ms=1, search_ms=1, answer_ms=0)
COUNTS = Counts(
    chunks=2, entries=2, hits=1, distinct_parents=1, context_tokens=3, model_tokens=3, tokens_beyond_limit=0
)
ANSWER = Answer(text="Yes, it does. [1]", citations=[], model="extractive")


def hit(text="Two words", score=0.5, pages=(3, 4)):
    via = [
        Via(kind="child", start=10, end=14, text="Two", score=0.5),
        Via(kind="summary", start=None, end=None, text="words", score=0.25),
    ]
    return Hit(document="id1", start=10, end=19, text=text, score=score, rank=1, pages=list(pages), via=via)


def comparison(*columns, question="Why?"):
    document = DocumentInfo(id="id1", name="paper.pdf", pages=5, characters=100)
    made = [
        Column(strategy=preset(spec), hits=hits, answer=answer, timings_ms=TIMINGS, counts=COUNTS)
        for spec, hits, answer in columns
    ]
    return Comparison(
        documents=[document], question=question, tokenizer="cl100k", embedding_model="MiniLM", columns=made
    )


def rows(text):
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_one_row_per_hit():
    (row,) = rows(comparison_csv(comparison(("baseline:budget.hits=1", [hit()], ANSWER))))
    assert row == {
        "column": "1",
        "strategy": "baseline",
        "spec": "baseline:budget.hits=1",
        "question": "Why?",
        "rank": "1",
        "score": "0.5",
        "score_name": "cosine similarity",
        "document": "paper.pdf",
        "document_id": "id1",
        "first_page": "3",
        "last_page": "4",
        "start": "10",
        "end": "19",
        "tokens": "2",
        "via": "child 0.5000 at 10 to 14; summary 0.2500",
        "text": "Two words",
        "answer": "Yes, it does. [1]",
        **dict.fromkeys(("error", "queries", "model_calls", "model_ms", "model_cost_usd"), ""),
    }


def test_what_a_model_was_asked_stands_in_the_row_of_a_column_without_hits():
    call = ModelCall(
        stage="query", purpose="p", prompt="?", reply="!", model="m", prompt_tokens=1, completion_tokens=1,
        cost_usd=0.25, elapsed_ms=5,
    )  # fmt: skip
    query = SearchedQuery(text="=two\nlines", weight=1, role="query", use="both")
    [column] = comparison(("hyde", [], None)).columns
    asked = {"error": "On fire.", "queries": [query], "model_calls": [call, call]}
    made = comparison().model_copy(update={"columns": [column.model_copy(update=asked)]})
    (row,) = rows(comparison_csv(made))
    assert (row["error"], row["queries"]) == ("On fire.", "'=two lines")
    assert (row["model_calls"], row["model_ms"], row["model_cost_usd"]) == ("2", "0.0", "0.5")


def test_scores_of_different_kinds_are_named():
    table = rows(comparison_csv(comparison(("baseline", [hit()], None), ("query_spans", [hit()], None))))
    assert [row["score_name"] for row in table] == ["cosine similarity", "fused score"]


def test_a_column_without_hits_keeps_its_row():
    table = rows(comparison_csv(comparison(("baseline", [hit(), hit()], None), ("chunk_references", [], ANSWER))))
    assert [(row["column"], row["rank"], row["answer"]) for row in table] == [
        ("1", "1", ""),
        ("1", "1", ""),
        ("2", "", "Yes, it does. [1]"),
    ]


def test_columns_can_be_named():
    table = rows(comparison_csv(comparison(("baseline", [hit()], None), ("baseline", [hit()], None)), ["A", "B"]))
    assert [row["strategy"] for row in table] == ["A", "B"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_nothing_is_a_formula(start):
    text = f'{start}HYPERLINK("https://example.com")'
    (row,) = rows(comparison_csv(comparison(("baseline", [hit(text)], ANSWER), question=text), [text]))
    assert row["text"] == row["question"] == row["strategy"] == f"'{text}"


def test_numbers_are_unchanged():
    (row,) = rows(comparison_csv(comparison(("baseline", [hit(score=-0.25, pages=())], None))))
    assert (row["score"], row["first_page"], row["last_page"]) == ("-0.25", "", "")


def test_quotes_commas_and_lines_are_preserved():
    text = 'He said "a, b";\nthen 文章。'
    (row,) = rows(comparison_csv(comparison(("baseline", [hit(text)], None))))
    assert row["text"] == text


def test_a_byte_order_mark_tells_spreadsheets_that_it_is_utf8():
    assert comparison_csv(comparison(("baseline", [hit()], None))).encode().startswith(b"\xef\xbb\xbf")


def test_json_is_the_comparison():
    made = comparison(("baseline", [hit()], ANSWER))
    assert Comparison.model_validate(json.loads(comparison_json(made))) == made

"""Page recall on reports: how often the page that holds a figure is within 1,000, 2,000 and 4,000 tokens of context.

The questions are those of `filing_figures.csv`, and the ones of `filing_questions.csv` that have an answer; each report
is searched by itself, as on the real task, where a question comes with its report. `--report` adds a report with
questions of its own, such as the annual report in the wheel of llama-hub (`annual_report_figures.csv`).

    python -m tests.benchmarks.filings [FOLDER_OF_DATA] [--report FILE.pdf QUESTIONS.csv]
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag_core import evaluate, open_document, preset, read_questions
from rag_core.documents.document import Document
from rag_core.evaluation.question_sets import Question
from tests.benchmarks.answer_threshold import DATA, FILING_QUESTIONS

FIGURES = Path(__file__).with_name("filing_figures.csv")
REPORTS = ("2022_Q3_AAPL", "2023_Q2_NVDA")
BUDGETS = (1000, 2000, 4000)
QUERY_SPANS = "**query spans**"
_CHUNKS = "chunker.chunk_tokens=256,chunker.overlap_tokens=20"
STRATEGIES = {
    "baseline": "baseline",
    "chunk references": "chunk_references",
    "sentence 256, dense": f"baseline:{_CHUNKS}",
    "sentence 256, BM25": f"baseline:search.kind=bm25,{_CHUNKS}",
    "sentence 256, hybrid": f"hybrid:{_CHUNKS}",
    "sentence 256, hybrid, length without numbers": f"hybrid:search.numbers_lengthen=false,{_CHUNKS}",
    "query spans, dense": "query_spans:search.kind=dense",
    "query spans, BM25": "query_spans:search.kind=bm25,search.numbers_lengthen=false",
    "query spans, length with numbers": "query_spans:search.numbers_lengthen=true",
    QUERY_SPANS: "query_spans",
    "query spans, 0.7 dense": "query_spans:search.dense_weight=0.7",
    "query spans, 0.3 dense": "query_spans:search.dense_weight=0.3",
    "query spans, windows 0, 128, 512": "query_spans:reference.window_tokens=0+128+512",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--report", type=Path, nargs=2, metavar=("FILE.pdf", "QUESTIONS.csv"))
    options = parser.parse_args()
    asked = reports(options.data, options.report)
    print(f"| page recall, % | {' | '.join(f'{document.name} ({len(of)})' for document, of in asked)} |")
    print(f"|---|{'---|' * len(asked)}")
    found = {}
    for label, spec in STRATEGIES.items():
        found[label] = [page_recalls(document, questions, spec) for document, questions in asked]
        cells = (" / ".join(f"{100 * share:.0f}" for share in of.mean(axis=1)) for of in found[label])
        print(f"| {label} | {' | '.join(cells)} |", flush=True)
    print(f"\n| against {QUERY_SPANS}, all reports, points | {' | '.join(f'{n:,} tokens' for n in BUDGETS)} |")
    print(f"|---|{'---|' * len(BUDGETS)}")
    for label, of in found.items():
        print(f"| {label} | {' | '.join(map(_paired, np.hstack(of) - np.hstack(found[QUERY_SPANS])))} |")


def _paired(differences: NDArray[np.float64]) -> str:
    """The mean difference per question and half the width of its 95 % interval, in points."""
    half = 1.96 * differences.std() / len(differences) ** 0.5
    return f"{100 * differences.mean():+.1f} ± {100 * half:.1f}"


def reports(data: Path, more: Sequence[Path] | None = None) -> list[tuple[Document, list[Question]]]:
    """The reports in the folder of data with their questions; `more` is a report's file and that of its questions."""
    found = [(open_document(data / "filings" / f"{name}.pdf"), questions_on(name)) for name in REPORTS]
    if more:
        path, questions = more
        found.append((open_document(path), read_questions(questions)))
    return found


def questions_on(report: str) -> list[Question]:
    """The questions on a report that have an answer in it."""
    return [question for question in (*read_questions(FIGURES), *earlier_questions()) if question.corpus == report]


def earlier_questions() -> Iterator[Question]:
    """Questions written to measure answers, long before anything was tuned."""
    with FILING_QUESTIONS.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            if row["answer"]:
                pages = (int(row["page"]),)
                yield Question(f"earlier {number}", row["question"], row["document"], pages=pages, kind=row["kind"])


def page_recalls(document: Document, questions: Sequence[Question], spec: str) -> NDArray[np.float64]:
    """The page recall of each question with each budget of context tokens, shape (budgets, questions)."""
    strategies = [preset(f"{spec}{',' if ':' in spec else ':'}budget.kind=tokens,budget.tokens={n}") for n in BUDGETS]
    measured = evaluate([document], questions, strategies).strategies
    return np.array([[one.page_recall for one in of.per_question] for of in measured])


if __name__ == "__main__":
    main()

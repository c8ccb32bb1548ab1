"""Parsers on reports: how often the page with the answer, and the answer's figure, are in the context.

The questions and reports are those of `filings.py`. A figure counts as found where a hit has it as a whole number;
pages are those of the file, under every parser.

    python -m tests.benchmarks.filings_parsers [FOLDER_OF_DATA]
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core import open_document, preset
from rag_core.documents.document import Document
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.vectors import Vectors
from rag_core.pipeline.build import build, resources_for
from rag_core.pipeline.retrieve import retrieve
from rag_core.stages.results import Hit
from tests.benchmarks.answer_threshold import DATA, FILING_QUESTIONS
from tests.benchmarks.filings import BUDGETS, FIGURES, REPORTS

PARSERS = {
    "pdfium": "pdfium",
    "pypdf": "pypdf",
    "layout": "layout",
    "layout, heads indexed": "layout,parser.index_heads=true",
}
_CHUNKS = "chunker.chunk_tokens=256,chunker.overlap_tokens=20"
STRATEGIES = {"sentence 256, dense": f"baseline:{_CHUNKS}", "query spans": "query_spans:"}


class Asked(NamedTuple):
    """A question, the figure that answers it, and the pages that have it."""

    question: str
    figure: re.Pattern[str]
    pages: frozenset[int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    data = parser.parse_args().data
    reports = [(open_document(data / "filings" / f"{name}.pdf"), list(questions_on(name))) for name in REPORTS]
    vectors = built_in_vectors()
    count = sum(len(asked) for _, asked in reports)
    heads = [f"{name}: {what}" for name in STRATEGIES for what in ("page", "figure")]
    print(f"| {count} questions, % | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}")
    for label, fields in PARSERS.items():
        cells = []
        for spec in STRATEGIES.values():
            found = np.concatenate(
                [shares(*report, f"{spec},parser.kind={fields}", vectors) for report in reports], axis=2
            )
            cells += [" / ".join(f"{100 * share:.0f}" for share in of) for of in found.mean(axis=2)]
        print(f"| {label} | {' | '.join(cells)} |", flush=True)


def questions_on(report: str) -> Iterator[Asked]:
    """The questions on a report whose answer is a figure."""
    for path, corpus in ((FIGURES, "corpus_id"), (FILING_QUESTIONS, "document")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row[corpus] == report and any(map(str.isdigit, row["answer"])):
                    pages = frozenset(map(int, re.findall(r"\d+", row["page"])))
                    yield Asked(row["question"], _pattern(row["answer"]), pages)


def _pattern(answer: str) -> re.Pattern[str]:
    """What finds an answer, or another way to write it, as whole numbers, with white space or without before a "%"."""
    ways = [re.escape(way.strip("$ ")).replace(r"\ %", "%").replace("%", r"\s*%") for way in answer.split("|")]
    figure = "|".join(way.replace(r"\ ", r"\s+") for way in ways)
    return re.compile(rf"(?<![\d,.])(?:{figure})(?!\d|[,.]\d)")


def shares(document: Document, asked: Sequence[Asked], spec: str, vectors: Vectors) -> NDArray[np.bool_]:
    """Whether page and figure are found: shape (2, budgets, questions)."""
    found = []
    for tokens in BUDGETS:
        strategy = preset(f"{spec},budget.kind=tokens,budget.tokens={tokens}".replace(":,", ":")).fitted(vectors.model)
        resources = resources_for(strategy, vectors)
        retrievals = retrieve(build(strategy, [document], resources), [one.question for one in asked], resources)
        found.append([_found(one, retrieval.hits) for one, retrieval in zip(asked, retrievals, strict=True)])
    return np.array(found).transpose(2, 0, 1)


def _found(asked: Asked, hits: Sequence[Hit]) -> tuple[bool, bool]:
    return any(asked.pages & set(hit.pages) for hit in hits), any(asked.figure.search(hit.text) for hit in hits)


if __name__ == "__main__":
    main()

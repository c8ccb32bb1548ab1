"""Dense, lexical and hybrid search and query spans on three corpora of the Chroma benchmark.

    python -m tests.benchmarks.searches [FOLDER_OF_DATA]

The same figures, one strategy at a time, are those of `python -m rag_core evaluate`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from rag_core import preset
from rag_core.embeddings.choice import built_in_vectors
from rag_core.evaluation.evaluate import evaluate
from rag_core.evaluation.question_sets import read_questions
from rag_core.evaluation.results import StrategyEvaluation
from tests.benchmarks.quality import DATA, corpora

CHUNKERS = (
    ("recursive", 100, 0),
    ("recursive", 200, 0),
    ("recursive", 400, 0),
    ("token", 250, 125),
    ("sentence", 128, 20),
    ("sentence", 256, 20),
)
SEARCHES = {
    "dense, late": "search.kind=dense",
    "BM25": "search.kind=bm25",
    "hybrid, RRF": "search.kind=hybrid,search.fusion=rrf",
    "hybrid, weighted": "search.kind=hybrid",
}
SHARES = (0.85, 0.8, 0.75, 0.7)
TOKENS = (250, 500, 1000, 2000)
CHUNKED = "hybrid:chunker.kind={},chunker.chunk_tokens={},chunker.overlap_tokens={}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    data = parser.parse_args().data
    documents = corpora(data)
    questions, vectors = read_questions(data / "chunking" / "questions.csv"), built_in_vectors()

    def measured(specs: Iterable[str]) -> Sequence[StrategyEvaluation]:
        return evaluate(documents, questions, [preset(spec) for spec in specs], vectors=vectors).strategies

    _print_head("chunker", SEARCHES)
    for chunker in CHUNKERS:
        chunks = CHUNKED.format(*chunker)
        found = measured(f"{chunks},{search},budget.hits=5" for search in SEARCHES.values())
        print(f"| {chunker[0]} {chunker[1]}/{chunker[2]} | {' | '.join(map(_shares, found))} |", flush=True)
    _print_head("share", ("recall / precision / IoU", "pooled precision", "context tokens"))
    for share, one in zip(SHARES, measured(f"query_spans:budget.score_share={share}" for share in SHARES), strict=True):
        print(f"| {share:.2f} | {_shares(one)} | {100 * one.pooled_precision:.1f} | {one.counts.context_tokens:,.0f} |")
    _print_head("strategy", [f"{tokens:,}" for tokens in TOKENS])
    rivals = {
        f"{kind} {size}/{overlap}, hybrid": CHUNKED.format(kind, size, overlap) for kind, size, overlap in CHUNKERS[:3]
    }
    for name, spec in {"query spans": "query_spans:chunker.kind=atoms", **rivals}.items():
        found = measured(f"{spec},budget.tokens={tokens}" for tokens in TOKENS)
        print(f"| {name} | {' | '.join(f'{100 * one.recall:.1f}' for one in found)} |", flush=True)


def _print_head(first: str, columns: Iterable[str]) -> None:
    cells = [first, *columns]
    print(f"\n| {' | '.join(cells)} |\n|{'---|' * len(cells)}")


def _shares(one: StrategyEvaluation) -> str:
    return f"{100 * one.recall:.1f} / {100 * one.precision:.1f} / {100 * one.iou:.1f}"


if __name__ == "__main__":
    main()

"""Recall, precision and IoU on three corpora of the Chroma benchmark, with five hits, late and per chunk.

    python -m tests.benchmarks.quality [--overlaps 0 25 50 75] [FOLDER_OF_DATA]

With --overlaps: what the overlap of the windows does to late pooling, and how long reading takes. The same figures, one
strategy at a time, are those of `python -m rag_core evaluate`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rag_core import open_document, preset
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.evaluation.evaluate import evaluate
from rag_core.evaluation.question_sets import read_questions
from tests.benchmarks.plain import timed_ms
from tests.paths import ROOT

DATA = ROOT.parent / "shared" / "data"
CORPORA = ("state_of_the_union", "wikitexts", "chatlogs")
CHUNKERS = (
    ("sentence", 128, 20),
    ("sentence", 256, 20),
    ("sentence", 512, 20),
    ("sentence", 1024, 20),
    ("token", 250, 125),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--overlaps", type=int, nargs="*", metavar="PERCENT")
    options = parser.parse_args()
    documents, questions = corpora(options.data), options.data / "chunking" / "questions.csv"
    default_model().wait()
    if options.overlaps is not None:
        columns = {f"{n} %": f"search.pooling=late,search.window_overlap_percent={n}" for n in options.overlaps}
    else:
        columns = {"late": "search.pooling=late", "per chunk": "search.pooling=per_chunk"}
    shown = {name: _measured(documents, questions, fields) for name, fields in columns.items()}
    print(f"| chunker | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for i, (kind, size, overlap) in enumerate(CHUNKERS):
        print(f"| {kind} {size}/{overlap} | {' | '.join(rows[i] for rows in shown.values())} |")
    print(f"| read or embedded in | {' | '.join(rows[-1] for rows in shown.values())} |")


def corpora(data: Path) -> list[Document]:
    """The corpora in the folder of data."""
    return [open_document(data / "chunking" / f"{name}.md") for name in CORPORA]


def _measured(documents: Sequence[Document], questions: Path, fields: str) -> list[str]:
    sizes = "baseline:chunker.kind={},chunker.chunk_tokens={},chunker.overlap_tokens={},budget.hits=5,"
    strategies = [preset(sizes.format(*chunker) + fields) for chunker in CHUNKERS]
    vectors = Vectors(default_model())
    found = []
    elapsed_ms = timed_ms(
        lambda: found.append(evaluate(documents, read_questions(questions), strategies, vectors=vectors))
    )
    rows = [f"{100 * s.recall:.1f} / {100 * s.precision:.1f} / {100 * s.iou:.1f}" for s in found[0].strategies]
    return [*rows, f"{elapsed_ms / 1000:.0f} s"]


if __name__ == "__main__":
    main()

"""The rows of the Chroma report for chunkers that we have too, beside ours.

Smith and Troynikov 2024, "Evaluating Chunking Strategies for Retrieval",
https://research.trychroma.com/evaluating-chunking: recall / precision / IoU in percent on five corpora (472 questions),
of which three are among our data, with five hits.
"""

from __future__ import annotations

from rag_core import evaluate, preset
from tests.benchmarks.question_sets import Searched

# The chunker in the report, that of ours, then the report's figures with text-embedding-3-large and with
# all-MiniLM-L6-v2; empty where it has none.
ROWS = (
    ("Recursive 200/0", "kind=recursive,chunk_tokens=200,overlap_tokens=0", "88.1 / 7.0 / 6.9", "75.7 / 6.5 / 6.5"),
    ("Recursive 400/0", "kind=recursive,chunk_tokens=400,overlap_tokens=0", "89.5 / 3.6 / 3.6", ""),
    ("Recursive 250/125", "kind=recursive,chunk_tokens=250,overlap_tokens=125", "", "78.7 / 4.9 / 4.9"),
    ("TokenText 200/0", "kind=token,chunk_tokens=200,overlap_tokens=0", "87.0 / 5.2 / 5.1", "76.6 / 4.1 / 4.1"),
    ("TokenText 400/0", "kind=token,chunk_tokens=400,overlap_tokens=0", "89.2 / 2.7 / 2.7", ""),
    ("TokenText 250/125", "kind=token,chunk_tokens=250,overlap_tokens=125", "", "82.4 / 3.6 / 3.5"),
    ("Kamradt", "kind=semantic,breakpoint_percentile=95", "83.6 / 1.5 / 1.5", ""),
    ("KamradtMod 300", "kind=semantic,breakpoint_percentile=85", "87.1 / 2.1 / 2.1", ""),
    ("Cluster 200", "kind=cluster_semantic,chunk_tokens=200", "87.3 / 8.0 / 8.0", "75.2 / 7.2 / 7.2"),
    ("Cluster 250", "kind=cluster_semantic,chunk_tokens=250", "", "77.3 / 6.1 / 6.0"),
    ("Cluster 400", "kind=cluster_semantic,chunk_tokens=400", "91.3 / 4.5 / 4.5", ""),
)
SEARCHES = ("dense", "hybrid")
_HEAD = (
    "| in the report | text-embedding-3-large | all-MiniLM-L6-v2 | ours | MiniLM, late | with BM25 | context tokens |\n"
    "|---|---|---|---|---|---|---:|"
)


def published_table(corpora: Searched, command: str) -> str:
    """The table in Markdown; `command` is what prints it."""
    head = (
        "Five hits, recall / precision / IoU in percent; the report's figures are on its five corpora (472 questions), "
        f"ours on three of them ({len(corpora.questions)}); context tokens are those with BM25 ({command}):"
    )
    return "\n".join([head, "", _HEAD, *(_row(corpora, *row) for row in ROWS)])


def _row(corpora: Searched, name: str, chunker: str, large: str, minilm: str) -> str:
    fields = ",".join(f"chunker.{field}" for field in chunker.split(","))
    strategies = [preset(f"baseline:{fields},search.kind={search},budget.hits=5") for search in SEARCHES]
    found = evaluate(corpora.documents, corpora.questions, strategies).strategies
    cells = [f"{100 * one.recall:.1f} / {100 * one.precision:.1f} / {100 * one.iou:.1f}" for one in found]
    label = strategies[0].chunker.short()
    tokens = f"{found[-1].counts.context_tokens:,.0f}"
    return f"| {name} | {large or '-'} | {minilm or '-'} | {label} | {' | '.join(cells)} | {tokens} |"

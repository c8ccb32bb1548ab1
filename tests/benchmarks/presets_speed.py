"""The time to build and answer with a preset, with the token pass done and separately embedded texts cached.

    python -m tests.benchmarks.presets_speed PDF... [--repeat 5]

"first" is the first comparison with the preset in a process that has opened the document and read it with the model;
the others are medians over rounds that build the index again. An answer is extractive. LlamaIndex's side is the
exported program for per-chunk pooling, also with cached vectors, without an answer. "index" is the time to build the
index from chunks and entries, "search" that of searching it for a question whose vector is there.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from rag_core import compare, open_document, preset
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.pipeline.build import IndexDraft, resources_for
from tests.benchmarks.ours import load
from tests.benchmarks.plain import QUESTION, cached_plain_ms, timed_ms
from tests.presets import WITHOUT_LLM

# LlamaIndex's own counterparts; the exported programs of the other presets have code of our own.
_COUNTERPARTS = {
    name: f"{name}:search.pooling=per_chunk"
    for name in ("baseline", "chunk_references", "sentence_window", "auto_merging", "hybrid", "semantic")
}
_MORE = {
    "hybrid:search.fusion=rrf": "hybrid:search.pooling=per_chunk,search.fusion=rrf",
    "baseline:search.kind=bm25": "baseline:search.kind=bm25",
}
_QUESTIONS = ("Which data was used?", "How many tokens were there?", "What are the risks?", "Who are the authors?")
_HEAD = "| preset | first | again | worst | LlamaIndex | times as fast | index | search |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdfs", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    load()
    for path in options.pdfs:
        document, vectors = open_document(path), Vectors(default_model())  # without a cache on disk, and so of indexes
        vectors.token_vectors.read(document, preset("baseline").search.pools.window_overlap_percent)
        print(f"{path.name}: {len(document.pages)} pages, {len(document.text):,} characters\n")
        print(f"{_HEAD}\n|---|{'---:|' * 7}")
        for spec in (*WITHOUT_LLM, *_MORE):
            plain_spec = _COUNTERPARTS.get(spec) or _MORE.get(spec)
            print(_row(document, spec, plain_spec, vectors, options.repeat), flush=True)
        print()


def _row(document: Document, spec: str, plain_spec: str | None, vectors: Vectors, repeat: int) -> str:
    strategy = preset(spec)
    took = [
        timed_ms(lambda: compare([document], QUESTION, [strategy], answers=True, vectors=vectors))
        for _ in range(repeat + 1)
    ]
    again = statistics.median(took[1:])
    plain = cached_plain_ms(document.text, plain_spec, vectors, repeat) if plain_spec else None
    beside = f"{plain:,.0f} ms | {plain / again:.1f}" if plain else "no counterpart |"
    index_ms, search_ms = _parts_ms(document, spec, vectors)
    return (
        f"| {spec} | {took[0]:.0f} ms | {again:.0f} ms | {max(took[1:]):.0f} ms | {beside} | {index_ms:.0f} ms | "
        f"{search_ms:.1f} ms |"
    )


def _parts_ms(document: Document, spec: str, vectors: Vectors) -> tuple[float, float]:
    strategy = preset(spec)
    resources = resources_for(strategy, vectors)
    draft = IndexDraft(strategy, [document], resources)
    draft.write_entries()
    started = time.perf_counter()
    index = strategy.search.index(draft.entries, [document], resources)
    index_ms = 1000 * (time.perf_counter() - started)
    vectors.prepare(_QUESTIONS, role="query")
    took = [timed_ms(lambda q=q: index.search(strategy.query.queries(q, resources), resources)) for q in _QUESTIONS]
    return index_ms, statistics.median(took)


if __name__ == "__main__":
    main()

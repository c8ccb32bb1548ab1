"""A document of hundreds of pages: the time for moving a slider, and the peak memory of the process.

    python -m tests.benchmarks.big_document uber_2021.pdf

uber_2021.pdf, 307 pages, lies in the wheel of llama-hub 0.0.79.post1, from which `make bench` takes it.
"""

from __future__ import annotations

import argparse
import resource
import statistics
from collections.abc import Sequence
from pathlib import Path

from rag_core import compare, open_document, preset
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from tests.benchmarks.ours import PRESETS, load, specs
from tests.benchmarks.plain import timed_ms
from tests.presets import WITHOUT_LLM

QUESTION = "What was the revenue of the mobility segment?"
SIZES = (1024, 896, 768, 640, 512, 448, 384, 320, 256, 192, 160, 128)
NAMES = (("baseline",), PRESETS, ("hybrid",), ("query_spans",))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdf", type=Path)
    path = parser.parse_args().pdf
    load()
    document, vectors = open_document(path), Vectors(default_model())
    first = timed_ms(lambda: _ask(document, vectors, ("baseline",), 2048))
    print(f"{path.name}: {len(document.pages)} pages, read once in {first / 1000:.1f} s\n")
    print("| slider to a size never seen | median | worst |\n|---|---:|---:|")
    for names in NAMES:
        took = [timed_ms(lambda size=size, names=names: _ask(document, vectors, names, size)) for size in SIZES]
        print(f"| {' and '.join(names).replace('_', ' ')} | {statistics.median(took):.0f} ms | {max(took):.0f} ms |")
    everything = [preset(name) for name in WITHOUT_LLM]
    for name in ("first", "again"):
        took_ms = timed_ms(lambda: compare([document], QUESTION, everything, answers=True, vectors=vectors))
        print(f"\nThe {len(everything)} presets that need no language model, {name}: {took_ms / 1000:.1f} s")
    peak = [resource.getrusage(who).ru_maxrss / 1e6 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"\nPeak memory: {peak[0]:.2f} GB; the child process that read the PDF: {peak[1]:.2f} GB")


def _ask(document: Document, vectors: Vectors, names: Sequence[str], chunk_tokens: int) -> None:
    compare([document], QUESTION, [preset(spec) for spec in specs(chunk_tokens, names)], vectors=vectors)


if __name__ == "__main__":
    main()

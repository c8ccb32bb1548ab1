"""Chunkscope's side of the benchmarks: the time of each action in ms, with model and tokenizer already loaded."""

from __future__ import annotations

import gc
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag_core import compare, open_document, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.pipeline.warm_up import load_text_tools
from tests.benchmarks.plain import QUESTION, timed_ms
from tests.paths import ROOT

FIRST_SIZE, NEW_SIZE = 1024, 512
PRESETS = ("baseline", "chunk_references")
SWEPT_SIZES = (128, 192, 256, 384, 512, 640, 768, 1024)
SWEPT_OVERLAPS = (0, 10, 20, 40, 80)
_CACHE_BYTES = 5 * 10**9


def specs(chunk_tokens: int, names: Sequence[str] = PRESETS) -> list[str]:
    return [f"{name}:chunker.chunk_tokens={chunk_tokens}" for name in names]


def load() -> None:
    default_model().wait()
    load_text_tools()
    default_model().encode_queries(["ready"])
    gc.collect()
    gc.freeze()  # as the server does after its warm-up


def run(document: Document, chunk_tokens: int, pooling: str, vectors: Vectors) -> None:
    """Run baseline and chunk_references, from chunking to hits."""
    strategies = [preset(f"{spec},search.pooling={pooling}") for spec in specs(chunk_tokens)]
    compare([document], QUESTION, strategies, vectors=vectors)


def round_ms(path: Path, pooling: str) -> dict[str, float]:
    """One round with an empty cache: first comparison, another size, the first size again, and after a restart."""
    content = path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        vectors = Vectors(default_model(), ArrayCache(Path(folder), _CACHE_BYTES))
        found: list[Document] = []

        def first() -> None:
            found.append(open_document(content, name=path.name))
            run(found[0], FIRST_SIZE, pooling, vectors)

        return {
            "first": timed_ms(first),
            "new": timed_ms(lambda: run(found[0], NEW_SIZE, pooling, vectors)),
            "back": timed_ms(lambda: run(found[0], FIRST_SIZE, pooling, vectors)),
            "restart": _restarted_ms(path, pooling, Path(folder)),
        }


def sweep_ms(path: Path) -> float:
    """The time in ms of a sweep over sizes and overlaps of both strategies, including their one token pass."""
    document, vectors = open_document(path), Vectors(default_model())
    cells = itertools.product(SWEPT_SIZES, SWEPT_OVERLAPS)
    strategies = [preset(f"{spec},chunker.overlap_tokens={n}") for size, n in cells for spec in specs(size)]
    return timed_ms(lambda: compare([document], QUESTION, strategies, vectors=vectors))


def _restarted_ms(path: Path, pooling: str, folder: Path) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.ours", str(path), pooling, str(folder)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return float(printed.split()[-1])


def _after_restart() -> None:
    """Run in the child process: load the model, open the document, then time the hits for a cached size."""
    path, pooling, folder = sys.argv[1:]
    load()
    document = open_document(path)
    vectors = Vectors(default_model(), ArrayCache(Path(folder), _CACHE_BYTES))
    print(timed_ms(lambda: run(document, FIRST_SIZE, pooling, vectors)))


if __name__ == "__main__":
    _after_restart()

"""The time of frequent small steps: reading and writing the cache, finding the boxes of a span, parsing.

    python -m tests.benchmarks.small_steps [--repeat 9]

A figure is the best of the rounds: what else runs on the machine only ever adds to it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rag_core import open_document
from rag_core.cache import ArrayCache, key_of
from tests.benchmarks.__main__ import HANDBOOK, PAPER
from tests.cache.cache_entries import rows_of

GB = 10**9
VECTORS = 2000
SPAN = 5000  # characters


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=9)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        for name, work in _steps(Path(folder)).items():
            print(f"{name}: {min(_ms(work) for _ in range(repeat)):,.1f} ms")


def _steps(folder: Path) -> dict[str, Callable[[], object]]:
    cache, path = ArrayCache(folder, GB), PAPER if PAPER.exists() else HANDBOOK
    rows, key = rows_of(range(VECTORS)), key_of("an array")
    cache.put(key, {"vectors": np.ones((520, 384), np.float32)})
    document = open_document(path)
    middle = len(document.text) // 2
    return {
        f"write {VECTORS:,} vectors": lambda: cache.put_many(rows),
        f"read {VECTORS:,} vectors": lambda: cache.get_many(rows),
        "read an array into memory": lambda: cache.get(key),
        "map an array": lambda: cache.get(key, mapped=True),
        f"parse {path.name}": lambda: open_document(path),
        f"boxes of {SPAN:,} characters": lambda: document.boxes(middle, middle + SPAN),
    }


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()

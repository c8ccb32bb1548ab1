"""The total waiting time for a language model, with a server that takes two seconds per call.

    python -m tests.benchmarks.latency [--repeat 3]

Three columns' answers at once, and 60 calls for summaries and questions. The server is a process of its own.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag_core import compare, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.llms.base import ChatModel
from rag_core.llms.choice import LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.pipeline.enrichment import start_writing
from rag_core.pipeline.opening import open_document
from rag_core.strategy import Strategy
from tests.benchmarks.ours import load
from tests.benchmarks.plain import timed_ms
from tests.paths import ROOT

LATENCY_S, COLUMNS, CALLS = 2, 3, 60
WORDS = "A lighthouse keeper carried oil up the stair. "
_PORT = 8719


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    load()
    with _server() as base_url:
        llm = llm_of(LlmChoice("openai-like", f"slow:{LATENCY_S}", base_url))
        _answers_ms(llm, [preset("baseline")])  # imports and connects
        answers = [_answers_ms(llm, _columns()) for _ in range(repeat)]
        calls = [_metadata_ms(llm) for _ in range(repeat)]
    print("| a server that takes 2 s a call | median | worst |\n|---|---:|---:|")
    for name, took in ((f"answers of {COLUMNS} columns", answers), (f"{CALLS} calls for metadata", calls)):
        print(f"| {name} | {statistics.median(took) / 1000:.2f} s | {max(took) / 1000:.2f} s |")


def _columns() -> list[Strategy]:
    return [preset(f"baseline:chunker.chunk_tokens={64 * (n + 1)}") for n in range(COLUMNS)]


def _answers_ms(llm: ChatModel, strategies: Sequence[Strategy]) -> float:
    """The time for the answers alone, in ms; the hits are retrieved before."""
    document, vectors = _document(CALLS // 2), Vectors(default_model())
    compare([document], "Who carried the oil?", strategies, vectors=vectors)
    return timed_ms(
        lambda: compare([document], "Who carried the oil?", strategies, answers=True, vectors=vectors, llm=llm)
    )


def _metadata_ms(llm: ChatModel) -> float:
    strategy = preset("metadata_references:reference.writer=llm,chunker.chunk_tokens=32,chunker.overlap_tokens=0")
    document = _document(CALLS // 2)
    with tempfile.TemporaryDirectory() as folder:
        vectors = Vectors(default_model(), ArrayCache(Path(folder), 10**9))
        job = start_writing(strategy, [document], llm, vectors)
        assert job.total == CALLS, job.total
        return timed_ms(job.wait)


def _document(paragraphs: int) -> Document:
    """A document with the given number of chunks of 32 tokens, all unique, also across runs."""
    lines = [f"{WORDS * 2}It was day {time.perf_counter_ns()}." for _ in range(paragraphs)]
    return open_document("\n\n\n".join(lines).encode(), name="days.txt")


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.fakes.openai_server", str(_PORT)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    base_url = f"http://127.0.0.1:{_PORT}/v1"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{base_url}/models", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        yield base_url
    finally:
        process.kill()


if __name__ == "__main__":
    main()

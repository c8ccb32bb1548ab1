"""The speed of the actions that users wait for, as a ratio to equivalent LlamaIndex programs, as exported.

    make bench
    python -m tests.benchmarks [PDF] [--repeat 5]

Both sides run in this process, with the model loaded, one after the other in each round; figures are medians over the
rounds. The document is ../shared/data/papers/llama.pdf if it exists, otherwise the handbook. Each row is for both
strategies. The sweep with LlamaIndex, which would take half an hour, is extrapolated from two measured sizes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.ours import FIRST_SIZE, NEW_SIZE, SWEPT_OVERLAPS, SWEPT_SIZES, load, round_ms, specs, sweep_ms
from tests.benchmarks.plain import embed_model, plain_ms, plain_parse_ms
from tests.paths import ROOT

PAPER = ROOT.parent / "shared" / "data" / "papers" / "llama.pdf"
HANDBOOK = ROOT / "rag_core" / "sample" / "handbook.pdf"
STEPS = {
    "first": "first comparison, from the PDF's bytes to hits",
    "new": "slider to a size never seen",
    "back": "slider back to a size seen",
    "restart": "the same after a restart",
}


class Row(NamedTuple):
    name: str
    plain_ms: float
    ours_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdf", type=Path, nargs="?", default=PAPER if PAPER.exists() else HANDBOOK)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    embed_model()
    load()
    rounds = []
    for number in range(options.repeat):
        print(f"round {number + 1} of {options.repeat}", file=sys.stderr, flush=True)
        rounds.append(_round(options.pdf))
    _print_table(options.pdf, rounds)


def _round(path: Path) -> list[Row]:
    parse_ms, text = plain_parse_ms(path)
    first = parse_ms + plain_ms(text, specs(FIRST_SIZE))
    new = plain_ms(text, specs(NEW_SIZE))
    plain = {"first": first, "new": new, "back": first - parse_ms, "restart": first - parse_ms}
    rows = []
    for pooling in ("late", "per_chunk"):
        ours = round_ms(path, pooling)
        rows += [Row(f"{STEPS[step]}; {pooling.replace('_', ' ')}", plain[step], ours[step]) for step in STEPS]
    cells = len(SWEPT_SIZES) * len(SWEPT_OVERLAPS)
    swept = cells * (plain["back"] + plain["new"]) / 2
    return [*rows, Row(f"sweep of {cells} configurations; late", swept, sweep_ms(path))]


def _print_table(path: Path, rounds: list[list[Row]]) -> None:
    print(f"{path.name}, median of {len(rounds)}\n")
    print("| | plain LlamaIndex | Chunkscope | times as fast |\n|---|---:|---:|---:|")
    for rows in zip(*rounds, strict=True):
        plain = statistics.median(row.plain_ms for row in rows)
        ours = statistics.median(row.ours_ms for row in rows)
        ratio = statistics.median(row.plain_ms / row.ours_ms for row in rows)
        shown = f"{ratio:,.1f}" if ratio < 100 else f"{ratio:,.0f}"
        print(f"| {rows[0].name} | {plain / 1000:.1f} s | {ours:,.0f} ms | {shown} |")


if __name__ == "__main__":
    main()

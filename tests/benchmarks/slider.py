"""The time from releasing a slider to the new columns on screen, in a real Chromium.

    python -m tests.benchmarks.slider [PDF ...] [--moves 20]

On the sample and on the PDFs, by default ../shared/data/papers/llama.pdf where it is: two columns with late pooling,
whose chunk-size sliders are dragged in turn, each time to a size not seen before, on a warm server of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.benchmarks.slider_page import WATCH, moved, new_sizes
from tests.browser.app_window import App, Upload
from tests.paths import ROOT

PAPER = ROOT.parent / "shared" / "data" / "papers" / "llama.pdf"
SPECS = ("baseline:search.pooling=late", "chunk_references:search.pooling=late")
QUESTION, SAMPLE_QUESTION = "How much did the model cost to train?", "How much overlap is enough?"
WINDOW: ViewportSize = {"width": 1440, "height": 900}
PATIENCE_S = 300
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM_ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
COMPARISON = ("index cache", "chunking", "vectors", "search", "answers")

Move = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdfs", type=Path, nargs="*", default=[PAPER], metavar="PDF")
    parser.add_argument(
        "--moves", type=int, default=20, help="number of moves, limited by the number of sizes (%(default)s)"
    )
    options = parser.parse_args()
    moves: dict[str, list[Move]] = {}
    with served() as (url, notes), chromium() as browser:
        for path in [None, *options.pdfs]:
            if path and not path.is_file():
                print(f"Skipped: there is no {path}.", file=sys.stderr)
            else:
                moves[path.name if path else "the sample"] = list(_moves(browser, url, notes, path, options.moves))
    _print(moves)


def _moves(browser: Browser, url: str, notes: Path, path: Path | None, max_moves: int) -> Iterator[Move]:
    """Open the document in a new window, and move the columns' sliders in turn."""
    page = browser.new_page(viewport=WINDOW)
    page.add_init_script(WATCH)
    page.set_default_timeout(1000 * PATIENCE_S)
    app = App(page, url)
    app.open(*SPECS, q=QUESTION if path else SAMPLE_QUESTION)
    if path:
        app.upload(Upload(path.name, path.read_bytes()))
    app.expect_results(len(SPECS))
    for number, share in zip(range(max_moves), new_sizes(app), strict=False):
        seen = moved(app, number % len(SPECS), share)
        yield _parts(seen, json.loads(notes.read_text().splitlines()[-1]))
    page.close()


def _parts(seen: Mapping[str, Any], notes: Mapping[str, Any]) -> Move:
    """The ms of each step of a move, in order; they add up to its total time."""
    at = {name: moment - seen["origin"] for name, moment in notes["moments"].items()}
    if at["began"] < seen["release"] or "asked" not in at:
        raise RuntimeError("The page was drawn without a comparison of its own.")
    last = seen["received"][-1][0]
    comparison = {name: notes["parts"].get(name, 0.0) for name in COMPARISON}
    return {
        "browser, to the request": seen["sent"][0] - seen["release"],
        "Streamlit, to the page's script": at["began"] - seen["sent"][0],
        "script before the comparison": at["asked"] - at["began"],
        **comparison,
        "rest of the comparison": at["compared"] - at["asked"] - sum(comparison.values()),
        "script after the comparison": at["ended"] - at["compared"],
        "Streamlit, to its last message": last - at["ended"],
        "drawing, after that": seen["columns"] - last,
        "whole": seen["columns"] - seen["release"],
        "standing still": seen["painted"] - seen["release"],
        "messages": len(seen["received"]),
        "kilobytes": sum(size for _, size in seen["received"]) / 1000,
    }


def _print(moves: Mapping[str, Sequence[Move]]) -> None:
    print("| from release to new columns | moves | median | p90 | worst |\n|---|---:|---:|---:|---:|")
    for name, of in moves.items():
        whole = [move["whole"] for move in of]
        p90 = np.percentile(whole, 90)
        print(f"| {name} | {len(of)} | {statistics.median(whole):,.0f} ms | {p90:,.0f} ms | {max(whole):,.0f} ms |")
    print(f"\n| medians, in ms | {' | '.join(moves)} |\n|---|{'---:|' * len(moves)}")
    for part in next(iter(moves.values()))[0]:
        medians = (statistics.median(move[part] for move in of) for of in moves.values())
        print(f"| {part} | {' | '.join(f'{median:,.0f}' for median in medians)} |")
    print(f"\nLoad of the machine in the last minutes: {' '.join(f'{load:.1f}' for load in os.getloadavg())}")


@contextmanager
def served() -> Iterator[tuple[str, Path]]:
    """Serve the app on a free port with a separate home folder; yields its address and the server's log of times."""
    with tempfile.TemporaryDirectory() as home, Path(home, "log.txt").open("w+") as log:
        notes, port = Path(home, "notes.jsonl"), _free_port()
        command = [sys.executable, "-m", "tests.benchmarks.slider_server", str(notes), "--server.headless", "true"]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
        variables = os.environ | {"CHUNKSCOPE_HOME": home}
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}", process, Path(log.name))
            yield f"http://127.0.0.1:{port}", notes
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up and process.poll() is None:
        try:
            opener.open(f"{url}/_stcore/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    named = os.environ.get("CHUNKSCOPE_CHROMIUM", "chromium")
    expect.set_options(timeout=1000 * PATIENCE_S)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(named) or named, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


if __name__ == "__main__":
    main()

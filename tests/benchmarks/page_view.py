"""How long it takes until a page is on screen with its marks, in the server and in a real Chromium.

    python -m tests.benchmarks.page_view uber_2021.pdf

Times are compared with a reference in the same process: what pdfium itself takes to draw the page and Pillow to write
it as JPEG, since a machine at work with other things slows down both.
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from playwright.sync_api import Page

from rag_core import open_document
from rag_core.documents.document import Document
from rag_core.documents.pictures import page_picture
from tests.benchmarks.plain import timed_ms
from tests.benchmarks.slider import PATIENCE_S, WINDOW, chromium, served
from tests.browser.app_window import App, Upload

WIDTH_PX = 1200
QUESTION = "What was the revenue of the mobility segment?"
SPECS = ("baseline", "chunk_references", "sentence_window", "query_spans")

# Presses a key in the pane, and tells after how many ms the next hit is marked in sight, and when its picture is there.
STEP = """async key => {
  const panel = document.querySelector(".cs-pane-panel"), where = panel.querySelector(".cs-pane-hit")
  const before = where.textContent, from = panel.querySelector(".cs-pane-page").value
  const view = panel.querySelector(".cs-pane-sheets").getBoundingClientRect()
  const began = performance.now()
  panel.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}))
  const frame = () => new Promise(requestAnimationFrame)
  const inSight = () => [...panel.querySelectorAll(".cs-pm.cs-current > .cs-tint")].find(path => {
    const box = path.getBoundingClientRect()
    return box.height && box.bottom > view.top && box.top < view.bottom
  })
  let marked = 0
  for (;;) {
    await frame()
    if (performance.now() - began > 60000) throw new Error(`not in sight: ${where.textContent}`)
    const mark = where.textContent !== before && inSight()
    if (!mark) continue
    marked ||= performance.now() - began
    if (mark.closest(".cs-page").querySelector("img")?.complete) break
  }
  const same = panel.querySelector(".cs-pane-page").value === from
  return {marked, whole: performance.now() - began, same}
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdf", type=Path)
    path = parser.parse_args().pdf
    in_process(path)
    in_browser(path)


def in_process(path: Path) -> None:
    """Pages of the document in the server, beside what pdfium and Pillow take for them at least."""
    document = open_document(path)
    print(f"{path.name}: {len(document.pages)} pages, opened in {document.parse_ms / 1000:.1f} s\n")
    first = timed_ms(lambda: page_picture(document, 1, WIDTH_PX))
    numbers = [page.number for page in document.pages][1 :: max(len(document.pages) // 40, 1)]
    drawn = [timed_ms(lambda n=number: page_picture(document, n, WIDTH_PX)) for number in numbers]
    least = _reference(document, numbers)
    again = [timed_ms(lambda n=number: page_picture(document, n, WIDTH_PX)) for number in numbers]
    ratio = statistics.median(a / b for a, b in zip(drawn, least, strict=True))
    print("| a picture of 1,200 pixels | median | worst |\n|---|---:|---:|")
    print(f"| the first, with the process that draws it | {first:.0f} ms | |")
    for name, took in (("every other one", drawn), ("pdfium and Pillow alone", least), ("from memory", again)):
        print(f"| {name} | {statistics.median(took):.1f} ms | {max(took):.1f} ms |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"\nA picture takes {ratio:.2f} times what pdfium and Pillow take. Peak memory of a child: {peak:.2f} GB\n")


def _reference(document: Document, numbers: Sequence[int]) -> list[float]:
    pdf = pdfium.PdfDocument(document.source)

    def draw(number: int) -> None:
        page = pdf[number - 1]
        image = page.render(scale=WIDTH_PX / page.get_width(), rev_byteorder=True).to_pil()
        image.convert("RGB").save(io.BytesIO(), "JPEG", quality=85, subsampling=0)

    return [timed_ms(lambda n=number: draw(n)) for number in numbers]


def in_browser(path: Path) -> None:
    """From hit to hit through the document, by the clock of the page."""
    with served() as (url, _), chromium() as browser:
        page = browser.new_page(viewport=WINDOW)
        page.set_default_timeout(1000 * PATIENCE_S)
        app = App(page, url)
        app.open(*SPECS, q=QUESTION)
        opening = timed_ms(lambda: app.upload(Upload(path.name, path.read_bytes())))
        app.expect_results(len(SPECS))
        first = timed_ms(lambda: _open_pane(page))
        steps = [page.evaluate(STEP, key) for key in "n" * 24 + "p" * 12]
    print(f"Uploaded and opened in {opening / 1000:.1f} s; the first page with its marks after {first:.0f} ms\n")
    print("| the next hit | steps | marked, median | worst | with its picture, median | worst |")
    print("|---|---:|---:|---:|---:|---:|")
    _row("on another page", [step for step in steps if not step["same"]])
    _row("on the same page", [step for step in steps if step["same"]])


def _open_pane(page: Page) -> None:
    page.get_by_role("link", name="Show on the page").first.click()
    page.locator(".cs-pane-panel .cs-page:has(.cs-current) img").first.wait_for()


def _row(name: str, steps: Sequence[dict[str, Any]]) -> None:
    cells: list[str] = []
    for what in ("marked", "whole"):
        took = [step[what] for step in steps]
        summary: Sequence[Callable[[Sequence[float]], float]] = (statistics.median, max)
        cells += [f"{of(took):.0f} ms" if took else "" for of in summary]
    print(f"| {name} | {len(steps)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()

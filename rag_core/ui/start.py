"""What a server does once it is up and has drawn its first page, so that the first question finds it done.

Not sooner: importing torch takes a whole core for seconds, and the first paint would wait for it. For the same reason
this module imports nothing heavy before its thread needs it.
"""

from __future__ import annotations

import logging
import threading

_log = logging.getLogger(__name__)
_once = threading.Lock()
_painted = threading.Event()
_PATIENCE_S = 8.0


def start() -> None:
    """Begin, once a process, in the background: when a page was drawn, or after some seconds; returns at once."""
    if _once.acquire(blocking=False):
        threading.Thread(target=_after_first_paint, name="prepare-sample", daemon=True).start()


def painted() -> None:
    """A page has been drawn."""
    _painted.set()


def _after_first_paint() -> None:
    _painted.wait(_PATIENCE_S)
    try:
        _prepare()
    except Exception:  # the page meets the same error when it needs the same thing, and says so there
        _log.exception("The sample could not be made ready")


def _prepare() -> None:
    """Load the model, and embed the sample for the presets."""
    from rag_core.embeddings.choice import built_in_vectors
    from rag_core.embeddings.minilm import default_model
    from rag_core.indexing import indexed
    from rag_core.progress import ignore
    from rag_core.specs import preset
    from rag_core.strategy import preset_names
    from rag_core.ui import library
    from rag_core.warm_up import load_text_tools

    default_model().warm_up()
    load_text_tools()
    indexed([library.sample()], [preset(name) for name in preset_names()], built_in_vectors(), ignore)

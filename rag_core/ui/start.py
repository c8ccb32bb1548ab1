"""What a server does as soon as it is up, so that the first question finds it done."""

from __future__ import annotations

import logging
import threading

from rag_core.compare import shared_vectors
from rag_core.embeddings.model import default_model
from rag_core.indexing import indexed
from rag_core.progress import ignore
from rag_core.specs import preset
from rag_core.strategy import preset_names
from rag_core.ui import library
from rag_core.warm_up import load_text_tools

_log = logging.getLogger(__name__)
_once = threading.Lock()


def start() -> None:
    """Load the model and embed the sample for the presets, in the background, once a process; returns at once."""
    if _once.acquire(blocking=False):
        default_model().warm_up()
        threading.Thread(target=_prepare, name="prepare-sample", daemon=True).start()


def _prepare() -> None:
    try:
        load_text_tools()
        indexed([library.sample()], [preset(name) for name in preset_names()], shared_vectors(), ignore)
    except Exception:  # the page meets the same error when it needs the same thing, and says so there
        _log.exception("The sample could not be made ready")

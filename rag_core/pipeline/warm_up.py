"""Loads the modules and models that take seconds to import, outside every measured time."""

from __future__ import annotations

import threading

from rag_core.progress import Progress, Report, ignore
from rag_core.text.tokenizers import DEFAULT_TOKENIZER, get_tokenizer

_lock = threading.Lock()
_ready: set[str] = set()


def load_text_tools(tokenizer: str = DEFAULT_TOKENIZER, report: Report = ignore) -> None:
    """Load the tokenizer and the sentence models; takes about two seconds the first time."""
    if tokenizer in _ready:
        return
    report(Progress("Loading the tokenizer", 0, 1))
    with _lock:
        get_tokenizer(tokenizer).count("ready")
        from rag_core.parts.chunker import sentence_starts
        from rag_core.pipeline.index_cache import makers_hash
        from rag_core.text import sentences

        sentences.load()
        sentence_starts.load()
        makers_hash()
        _ready.add(tokenizer)

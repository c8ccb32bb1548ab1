"""Imports nltk's Punkt in one thread at a time.

Its modules have circular imports, so a second thread could see them partly initialised.
"""

from __future__ import annotations

import threading
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

_lock = threading.Lock()


def punkt_module() -> ModuleType:
    """The module nltk.tokenize.punkt; the first import takes some tenths of a second."""
    with _lock:
        import nltk.data
        import nltk.tokenize.punkt

        module: ModuleType = nltk.tokenize.punkt
        return module


def bundled_data() -> str:
    """The folder of nltk data in LlamaIndex's wheel, found without importing it, so that nothing is downloaded."""
    spec = find_spec("llama_index.core")
    if spec is None or spec.origin is None:
        raise RuntimeError("llama-index-core is not installed: pip install -r requirements.txt")
    return str(Path(spec.origin).parent / "_static/nltk_cache")

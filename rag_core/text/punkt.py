"""Imports nltk's Punkt in one thread at a time.

Its modules have circular imports, so a second thread could see them partly initialised.
"""

from __future__ import annotations

import threading
from types import ModuleType

_lock = threading.Lock()


def punkt_module() -> ModuleType:
    """The module nltk.tokenize.punkt; the first import takes some tenths of a second."""
    with _lock:
        import nltk.data
        import nltk.tokenize.punkt

        module: ModuleType = nltk.tokenize.punkt
        return module

"""Imports nltk's Punkt in one thread at a time.

Its modules import each other in a circle: a second thread would see them partly initialised.
"""

from __future__ import annotations

import threading
from types import ModuleType

_lock = threading.Lock()


def punkt_module() -> ModuleType:
    """The module nltk.tokenize.punkt; its first import takes tenths of a second."""
    with _lock:
        import nltk.data
        import nltk.tokenize.punkt

        module: ModuleType = nltk.tokenize.punkt
        return module

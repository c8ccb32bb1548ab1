"""nltk's Punkt, imported by one thread at a time.

Its modules import each other in a circle: a second thread that comes meanwhile would find them half made.
"""

from __future__ import annotations

import threading
from types import ModuleType

_lock = threading.Lock()


def punkt_module() -> ModuleType:
    """nltk.tokenize.punkt; takes tenths of a second the first time."""
    with _lock:
        import nltk.data
        import nltk.tokenize.punkt

        module: ModuleType = nltk.tokenize.punkt
        return module

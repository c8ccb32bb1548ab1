"""Imports of packages that import each other's parts in circles: in one thread at a time.

nltk, scikit-learn and Sentence Transformers all import SciPy, each from another module of it. Where two threads import
at once, Python avoids a deadlock by showing one of them a module that is only partly initialised
(https://github.com/scikit-learn/scikit-learn/issues/13940).
"""

from __future__ import annotations

import threading
from importlib import import_module
from types import ModuleType

_lock = threading.RLock()


def import_in_turn(name: str) -> ModuleType:
    """The module of that dotted name; waits while another thread imports one through this function."""
    with _lock:
        return import_module(name)

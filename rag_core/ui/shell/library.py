"""The documents that are open: the sample, this session's uploads, and what other sessions of this server opened."""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path

from cachetools import LRUCache

import rag_core
from rag_core.documents.document import Document
from rag_core.pipeline.opening import open_document
from rag_core.ui.shell.session import SAMPLE

SAMPLE_FILE = Path(rag_core.__file__).parent / "sample" / "handbook.pdf"
SAMPLE_NAME = "Handbook (sample)"
_MAX_BYTES = 512 * 1024 * 1024
_ID_DIGITS = 16


class Library:
    """Open documents by key, the least recently used ones forgotten first, within a number of bytes.

    A link to an upload, or a reload of its page, finds it while the server runs: its id, a hash of its bytes, cannot be
    guessed by anybody who does not have the file. Safe for several threads.
    """

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        # One document may be larger than the limit; it is then the only one.
        self._open: LRUCache[str, Document] = LRUCache(
            max_bytes, lambda document: min(document.memory_bytes(), max_bytes)
        )
        self._lock = threading.Lock()

    def sample(self) -> Document:
        """The handbook; parsed once per process."""
        with self._lock:
            if SAMPLE not in self._open:
                self._open[SAMPLE] = open_document(SAMPLE_FILE)
            return self._open[SAMPLE]

    def add(self, document: Document) -> str:
        """Remember a document; returns its key."""
        key = key_of(document)
        with self._lock:
            self._open[key] = document
        return key

    def find(self, key: str) -> Document | None:
        """The document of that key, if it is still open; a file uploaded again under another name is the same."""
        if key == SAMPLE:
            return self.sample()
        with self._lock:
            if key in self._open:
                return self._open[key]
            same = [known for known in self._open if known[:_ID_DIGITS] == key[:_ID_DIGITS] and known != SAMPLE]
            return self._open[same[-1]] if same else None


library = Library()


@cache
def suggested() -> list[str]:
    """Questions that the sample answers."""
    questions = json.loads(SAMPLE_FILE.with_name("questions.json").read_text(encoding="utf-8"))["questions"]
    return list(dict.fromkeys(question["question"] for question in questions if question["suggested"]))


def key_of(document: Document) -> str:
    """The document's key in links: enough of its id, and its name for people."""
    return f"{document.id[:_ID_DIGITS]}-{document.name}"


def name_of(key: str) -> str:
    """The document's name for people, whether it is open or not."""
    return SAMPLE_NAME if key == SAMPLE else key[_ID_DIGITS + 1 :] or key

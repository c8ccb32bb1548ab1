"""The documents that are open: the sample, this session's uploads, and what other sessions of this server opened."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path

import rag_core
from rag_core.documents import open_document
from rag_core.documents.document import Document
from rag_core.ui.shell.view import SAMPLE

SAMPLE_FILE = Path(rag_core.__file__).parent / "sample" / "handbook.pdf"
SAMPLE_NAME = "Handbook (sample)"
_KEPT_BYTES = 512 * 1024 * 1024
_ID_DIGITS = 16

# So that a link to an upload, or a reload of its page, finds it while the server runs: its id, a hash of its bytes,
# cannot be guessed by who does not have it.
_recent: OrderedDict[str, Document] = OrderedDict()
_lock = threading.Lock()


def sample() -> Document:
    """The handbook; parsed once a process."""
    with _lock:
        if SAMPLE not in _recent:
            _recent[SAMPLE] = open_document(SAMPLE_FILE)
        _recent.move_to_end(SAMPLE)
        return _recent[SAMPLE]


@cache
def suggested() -> list[str]:
    """Questions that the sample answers."""
    questions = json.loads(SAMPLE_FILE.with_name("questions.json").read_text(encoding="utf-8"))["questions"]
    return [question["question"] for question in questions if question["suggested"]]


def key_of(document: Document) -> str:
    """The document's key in links: enough of its id, and its name for people."""
    return f"{document.id[:_ID_DIGITS]}-{document.name}"


def keep(document: Document) -> str:
    """Remember a document; returns its key."""
    key = key_of(document)
    with _lock:
        _recent[key] = document
        _recent.move_to_end(key)
        while len(_recent) > 1 and sum(map(_bytes_of, _recent.values())) > _KEPT_BYTES:
            _recent.popitem(last=False)
    return key


def _bytes_of(document: Document) -> int:
    """A small file can hold much text, and the boxes of its characters take more room than either."""
    boxes = 0 if document.char_boxes is None else document.char_boxes.nbytes
    return len(document.source) + 4 * len(document.text) + boxes


def find(key: str) -> Document | None:
    """The document of that key, if it is still there; a file uploaded again under another name is the same."""
    if key == SAMPLE:
        return sample()
    with _lock:
        same = [known for known in _recent if known[:_ID_DIGITS] == key[:_ID_DIGITS] and known != SAMPLE]
        if not same:
            return None
        _recent.move_to_end(same[-1])
        return _recent[same[-1]]


def name_of(key: str) -> str:
    """The document's name for people, whether it is open or not."""
    return SAMPLE_NAME if key == SAMPLE else key[_ID_DIGITS + 1 :] or key

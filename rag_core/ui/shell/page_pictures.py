"""The addresses under which the pages' pictures are served, and who may use them: whoever was told.

An address holds a name that this process made up for the document, so it cannot be guessed from the file, its name, or
another address, and it leads nowhere once the document is no longer open.
"""

from __future__ import annotations

import secrets
import threading
from weakref import WeakKeyDictionary, WeakValueDictionary

from streamlit import config

from rag_core.documents.document import Document

PICTURES = "page-pictures"


class _Names:
    """Documents by their made-up names, for as long as somebody else holds them; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: WeakValueDictionary[str, Document] = WeakValueDictionary()
        self._names: WeakKeyDictionary[Document, str] = WeakKeyDictionary()

    def name(self, document: Document) -> str:
        with self._lock:
            name = self._names.setdefault(document, secrets.token_urlsafe(24))
            self._documents[name] = document
            return name

    def find(self, name: str) -> Document | None:
        with self._lock:
            return self._documents.get(name)


_names = _Names()


def picture_url(document: Document, number: int, width_px: int) -> str:
    """The address of the picture of a page (numbers from 1), so many pixels wide; it is drawn when it is asked for."""
    return f"{pictures_url(document)}/{number}-{width_px}.jpg"


def pictures_url(document: Document) -> str:
    """The address below which all pictures of the document lie."""
    base = config.get_option("server.baseUrlPath").strip("/")
    return f"{'/' + base if base else ''}/{PICTURES}/{_names.name(document)}"


def named_document(name: str) -> Document | None:
    """The document of an address; None where it is no longer open, or the name was made up by somebody else."""
    return _names.find(name)

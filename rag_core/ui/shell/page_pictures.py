"""The addresses under which the pages' pictures and marks are served, and who may use them: whoever was told.

An address holds a name that this process made up, so it cannot be guessed from the file, its name, or another address,
and it leads nowhere once what it names is no longer open.
"""

from __future__ import annotations

import secrets
import threading
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary

from streamlit import config

from rag_core.documents.document import Document
from rag_core.html.page_marks import PageMarks

T = TypeVar("T")
PICTURES, MARKS = "page-pictures", "page-marks"


class Named(Generic[T]):
    """Objects by their made-up names, for as long as somebody else holds them; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._objects: WeakValueDictionary[str, T] = WeakValueDictionary()
        self._names: WeakKeyDictionary[T, str] = WeakKeyDictionary()

    def name(self, of: T) -> str:
        """The object's name, always the same one."""
        with self._lock:
            name = self._names.setdefault(of, secrets.token_urlsafe(24))
            self._objects[name] = of
            return name

    def find(self, name: str) -> T | None:
        """The object of that name; None where it is gone, or where somebody else made the name up."""
        with self._lock:
            return self._objects.get(name)


named_documents: Named[Document] = Named()
named_marks: Named[PageMarks] = Named()


def picture_url(document: Document, number: int, width_px: int) -> str:
    """The address of the picture of a page (numbers from 1), so many pixels wide; it is drawn when it is asked for."""
    return f"{pictures_url(document)}/{number}-{width_px}.jpg"


def pictures_url(document: Document) -> str:
    """The address below which all pictures of the document lie."""
    return f"{base_path()}/{PICTURES}/{named_documents.name(document)}"


def marks_url(marks: PageMarks) -> str:
    """The address below which the marks of all pages lie, by the document's position and the page's number."""
    return f"{base_path()}/{MARKS}/{named_marks.name(marks)}"


def base_path() -> str:
    """What all addresses of this server begin with: nothing, unless it was started below a path."""
    base = config.get_option("server.baseUrlPath").strip("/")
    return f"/{base}" if base else ""

"""How bytes become text: by a reader, a function that is named by its place, "module:function".

A place can be handed to the sandbox, and a reader need not be part of this package.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol

from rag_core.documents.limits import Limits
from rag_core.documents.parsed import Parsed


class Reader(Protocol):
    """Reads the text of a file's bytes; the parser's fields come as keyword arguments.

    Raises UserError or PasswordNeeded with the end of a sentence that begins with the file's name ("is encrypted:
    ..."). The sandbox imports only the reader's module; heavy libraries belong there and not in the parser's.
    """

    def __call__(self, data: bytes, password: str | None, limits: Limits, /, **fields: Any) -> Parsed:
        """The text, with pages, and whatever else the reader knows."""


def load_reader(place: str) -> Reader:
    """Import the reader at a place such as "rag_core.documents.pdf.reading:read"."""
    module, _, function = place.partition(":")
    reader: Reader = getattr(import_module(module), function)
    return reader

"""Documents: `open_document` makes one text, with pages and boxes, of a PDF, .txt or .md file."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag_core.documents.document import Document, LeftOut, Page
    from rag_core.documents.opening import open_document
    from rag_core.documents.parsers import parser_names
    from rag_core.documents.render import render_page

__all__ = ["Document", "LeftOut", "Page", "open_document", "parser_names", "render_page"]

_HOMES = {"open_document": "opening", "render_page": "render", "parser_names": "parsers"}


def __getattr__(name: str) -> Any:
    """Load on first use: whoever needs only `Document` does not pay for the rest."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'document')}"), name)

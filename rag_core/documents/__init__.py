"""Documents: one text, with pages and boxes, of a file; `rag_core.open_document` opens one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag_core.documents.blocks import Block
    from rag_core.documents.document import Document, LeftOut, Page
    from rag_core.documents.pictures import page_picture

__all__ = ["Block", "Document", "LeftOut", "Page", "page_picture"]

_MODULES = {"Block": "blocks", "page_picture": "pictures"}


def __getattr__(name: str) -> Any:
    """Import on first use: whoever needs only `Document` does not pay for drawing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'document')}"), name)

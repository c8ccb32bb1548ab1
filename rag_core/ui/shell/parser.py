"""The widgets of a parser, the same on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag_core.documents.document import Document
from rag_core.part import Part
from rag_core.ui.shell.fields import edit_part
from rag_core.ui.shell.transcripts import edit_transcripts

_TRANSCRIPTS = "transcripts"  # a field that is loaded, not typed


def edit_parser(parser: Part, key: str, documents: Sequence[Document]) -> dict[str, Any]:
    """Widgets for kind and fields, and for loading transcripts of the documents; returns all values, not validated."""
    edited = edit_part("parser", parser, key, skip=(_TRANSCRIPTS,))
    if _TRANSCRIPTS in edited:
        edited[_TRANSCRIPTS] = edit_transcripts(edited[_TRANSCRIPTS], key, documents)
    return edited

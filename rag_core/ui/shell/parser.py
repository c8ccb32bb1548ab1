"""The widgets of a parser, the same on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag_core.documents.document import Document
from rag_core.part import Part
from rag_core.ui.shell.fields import edit_field, edit_part
from rag_core.ui.shell.transcripts import edit_transcripts

_TRANSCRIPTS = "transcripts"  # a field that is loaded, not typed


def edit_parser(parser: Part, key: str, documents: Sequence[Document]) -> dict[str, Any]:
    """Widgets for kind and fields, and for loading transcripts of the documents; returns all values, not validated."""
    edited = edit_part("parser", parser, key, skip=(_TRANSCRIPTS,))
    if _TRANSCRIPTS in edited:
        edited[_TRANSCRIPTS] = edit_transcripts(edited[_TRANSCRIPTS], key, documents)
    return edited


def edit_parser_fields(parser: Part, key: str, documents: Sequence[Document]) -> dict[str, Any]:
    """The same without the choice of the kind."""
    values = parser.model_dump()
    for name, field in type(parser).model_fields.items():
        if name == _TRANSCRIPTS:
            values[name] = edit_transcripts(values[name], key, documents)
        elif name != "kind":
            values[name] = edit_field(name, field, values[name], f"{key}.{name}")
    return values

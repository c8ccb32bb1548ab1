"""The widgets of a column's chunker, the same on every page: its size in sight, the rest in the settings."""

from __future__ import annotations

from typing import Any

from rag_core.part import Part
from rag_core.ui.shell.fields import edit_field, edit_part

_SIZE = "chunk_tokens"


def size_slider(chunker: Part, key: str) -> dict[str, Any]:
    """The slider that everybody moves, for chunkers that have a size; returns the value by its field's name."""
    field = type(chunker).model_fields.get(_SIZE)
    if field is None:
        return {}
    value = getattr(chunker, _SIZE)
    return {_SIZE: edit_field(_SIZE, field, value, f"{key}.chunker.{_SIZE}", label_visibility="collapsed")}


def edit_chunker(chunker: Part, key: str, size: dict[str, Any]) -> dict[str, Any]:
    """Widgets for kind and fields other than the size; returns all values, not validated."""
    edited = edit_part("chunker", chunker, key, skip=tuple(size))
    return {**edited, **{name: value for name, value in size.items() if name in edited}}

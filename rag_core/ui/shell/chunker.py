"""The widgets of a column's chunker, the same on every page: its main field in sight, the rest in the settings."""

from __future__ import annotations

from typing import Any, cast

from rag_core.part import Part
from rag_core.parts.chunker import Chunker
from rag_core.ui.shell.fields import chosen_part, edit_field, edit_part


def size_slider(chunker: Chunker, key: str) -> dict[str, Any]:
    """The slider that determines the size of the chunks, for chunkers that have one; its value by its field's name."""
    chosen = cast(Chunker, chosen_part("chunker", chunker, key))
    name = chosen.main_field
    field = type(chosen).model_fields.get(name)
    if field is None:
        return {}
    value = getattr(chosen, name)
    return {name: edit_field(name, field, value, f"{key}.chunker.{name}", label_visibility="collapsed")}


def edit_chunker(chunker: Part, key: str, size: dict[str, Any]) -> dict[str, Any]:
    """Widgets for kind and fields other than the size; returns all values, not validated."""
    edited = edit_part("chunker", chunker, key, skip=tuple(size))
    return {**edited, **{name: value for name, value in size.items() if name in edited}}

"""The parser `text`: plain text and Markdown files."""

from __future__ import annotations

from typing import ClassVar, Literal

from rag_core.documents.formats import Format
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class PlainText(Parser):
    """Decodes a text file without changing its text."""

    kind: Literal["text"] = "text"
    label: ClassVar[str] = "text"
    summary: ClassVar[str] = "Decodes .txt and .md files and detects their encoding; the text is unchanged"
    formats: ClassVar[tuple[Format, ...]] = ("text",)
    reader: ClassVar[str] = "rag_core.documents.plain_text:read"
    sandboxed: ClassVar[bool] = False

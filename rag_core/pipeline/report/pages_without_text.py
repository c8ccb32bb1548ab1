"""Pages without text."""

from __future__ import annotations

from rag_core.pipeline.report.base import Place, Read, register


@register(
    "pages_without_text",
    "pages without text",
    "Pages from which the parser has no text: scans, pictures, and empty pages.",
)
def pages_without_text(read: Read) -> list[Place]:
    """The pages whose part of the text is blank."""
    text = read.document.text
    return [Place(page.number, None, "") for page in read.document.pages if not text[page.start : page.end].strip()]

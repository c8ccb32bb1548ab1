"""The reading code of the toy parser: pdfium's text, or a text file, in capitals or small letters."""

from __future__ import annotations

from dataclasses import replace

from rag_core.documents import plain_text
from rag_core.documents.blocks import Block
from rag_core.documents.limits import Limits
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf import reading
from rag_core.geometry import Span


def read(data: bytes, password: str | None, limits: Limits, *, letters: str, heading: bool) -> Parsed:
    reader = reading.read if data.startswith(b"%PDF") else plain_text.read
    parsed = reader(data, password, limits)
    blocks = (Block(Span(0, 1), "heading", 1),) if heading else ()
    text = "".join(one if len(one := getattr(char, letters)()) == 1 else char for char in parsed.text)
    return replace(parsed, text=text, blocks=blocks)

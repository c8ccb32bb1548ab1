"""Fonts without Unicode: their letters are other ones in the text than on the page."""

from __future__ import annotations

import re

from rag_core.documents.pdf.findings import unmapped_pages
from rag_core.geometry import Span
from rag_core.pipeline.report.base import Place, Read, register

# What stands for letters whose Unicode is unknown, in the text of one parser or the other.
_UNKNOWN = re.compile(r"(?:[\ufffd\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f]|\(cid:\d+\)|/g\d+(?=/g\d))+")


@register(
    "unreadable_fonts",
    "unreadable fonts",
    "Pages with fonts that do not say which letters their shapes are, so that the text has other letters than the "
    "page; and characters that stand for unknown ones. OCR reads such pages.",
)
def unreadable_fonts(read: Read) -> list[Place]:
    """The pages, and the runs of unknown characters."""
    notices = read.boxed.notices if read.boxed is not None else ()
    pages = [Place(page, None, "a font without Unicode") for page in unmapped_pages(notices)]
    runs = [read.place(Span(*match.span())) for match in _UNKNOWN.finditer(read.document.text)]
    return sorted([*pages, *runs], key=lambda place: (place.page, place.span or Span(0, 0)))

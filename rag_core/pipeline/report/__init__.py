"""What went wrong, and what went well, when a parser read a document: one figure per file, registered by its import."""

from rag_core.pipeline.report.base import FIGURES, Figure, Place, Read, boxes_of, report

from rag_core.pipeline.report import (  # isort: skip
    pages_without_text, glued_words, hyphens, margins, order_breaks, tables, unseen_text, unreadable_fonts,  # noqa: F401
)  # fmt: skip

__all__ = ["FIGURES", "Figure", "Place", "Read", "boxes_of", "report"]

"""Makes texts of documents fit to be sent."""

from __future__ import annotations


def as_utf8(text: str) -> str:
    """The text with a question mark for lone surrogates, which some PDFs contain, and which cannot be sent."""
    return text.encode("utf-8", "replace").decode("utf-8")

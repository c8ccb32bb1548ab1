"""Text of users and documents in places that render Markdown."""

from __future__ import annotations

_MARKUP = r"\`*_{}[]()#+-.!|<>$~:&"


def plain(text: str) -> str:
    """The text, with nothing in it read as markup: no image is loaded, no link made."""
    return "".join(f"\\{c}" if c in _MARKUP else c for c in text)

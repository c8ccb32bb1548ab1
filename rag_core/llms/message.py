"""What a chat model is asked: a text, and images that it is about."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple


class Prompt(NamedTuple):
    """A text with JPEG images."""

    text: str
    images: tuple[bytes, ...] = ()

    @property
    def content(self) -> str | list[dict[str, Any]]:
        """The content by OpenAI's protocol: images as data URLs, to be seen in full detail, before the text."""
        if not self.images:
            return self.text
        urls = [f"data:image/jpeg;base64,{base64.b64encode(image).decode()}" for image in self.images]
        parts = [{"type": "image_url", "image_url": {"url": url, "detail": "high"}} for url in urls]
        return [*parts, {"type": "text", "text": self.text}]

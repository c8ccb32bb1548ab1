"""Removes the API key from an answer: the server has it, and could send it."""

from __future__ import annotations

_MIN_CHARACTERS = 8  # shorter keys are words, such as "none"
_MARK = "…"


class KeyRedactor:
    """Takes an answer part by part, and holds back what may be the beginning of the key."""

    def __init__(self, key: str) -> None:
        self._key = key if len(key) >= _MIN_CHARACTERS else ""
        self._held = ""

    def shown(self, part: str) -> str:
        """The text that may be shown now."""
        if not self._key:
            return part
        text = (self._held + part).replace(self._key, _MARK)
        held = next((n for n in range(min(len(self._key) - 1, len(text)), 0, -1) if text.endswith(self._key[:n])), 0)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def rest(self) -> str:
        """The text that was held back, unless it is a large part of the key, at the end."""
        held, self._held = self._held, ""
        return _MARK if len(held) >= _MIN_CHARACTERS else held

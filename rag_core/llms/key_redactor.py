"""An answer without the key: a server has it, and could say it."""

from __future__ import annotations

_SHORTEST = 8  # shorter ones are words, such as "none"
_MARK = "…"


class KeyRedactor:
    """Takes an answer piece by piece; what may be the beginning of the key waits for the next piece."""

    def __init__(self, key: str) -> None:
        self._key = key if len(key) >= _SHORTEST else ""
        self._held = ""

    def shown(self, piece: str) -> str:
        """What of the answer may be shown now."""
        if not self._key:
            return piece
        text = (self._held + piece).replace(self._key, _MARK)
        held = next((n for n in range(min(len(self._key) - 1, len(text)), 0, -1) if text.endswith(self._key[:n])), 0)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def rest(self) -> str:
        """At the end: what was held back, unless it is a good part of the key."""
        held, self._held = self._held, ""
        return _MARK if len(held) >= _SHORTEST else held

"""An answer without what a reasoning model thinks aloud before it, between <think> and </think>."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class Unthought:
    """Takes an answer piece by piece; what cannot be told yet waits for the next piece."""

    def __init__(self) -> None:
        self.came = False  # anything at all, thoughts included
        self._held = ""
        self._state = "before"

    def shown(self, piece: str) -> str:
        """What of the answer may be shown now."""
        self.came = self.came or bool(piece)
        if self._state == "answer":
            return piece
        self._held += piece
        if self._state == "before":
            self._begin()
        if self._state == "thinking":
            self._skip()
        return self._released() if self._state == "answer" else ""

    def rest(self) -> str:
        """At the end: what was held back and turned out to be no thought."""
        return self._released() if self._state != "thinking" else ""

    def _begin(self) -> None:
        start = self._held.lstrip()
        if start.startswith(_OPEN):
            self._state = "thinking"
        elif not _OPEN.startswith(start):
            self._state = "answer"

    def _skip(self) -> None:
        """Forget thoughts as they come, but for what may be the beginning of their end."""
        before, end, after = self._held.partition(_CLOSE)
        self._held = after.lstrip() if end else before[-len(_CLOSE) :]
        self._state = "answer" if end else "thinking"

    def _released(self) -> str:
        held, self._held = self._held, ""
        return held

"""An answer without what a reasoning model thinks aloud before it, between <think> and </think>."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkingFilter:
    """Takes an answer piece by piece; what cannot be told yet waits for the next piece.

    Thoughts come first: a <think> further on belongs to the answer, or a document that holds one could hide the rest.
    """

    def __init__(self) -> None:
        self._held = ""
        self._state = "before"
        self._thought = False

    def shown(self, piece: str) -> str:
        """What of the answer may be shown now."""
        if self._state == "answer":
            return piece
        self._held += piece
        if self._state == "before":
            self._begin()
        while self._state == "thinking" and _CLOSE in self._held:
            self._held = self._held.partition(_CLOSE)[2]
            self._state = "before"
            self._begin()
        if self._state == "thinking":  # forgotten as they come, but for what may be the beginning of their end
            self._held = self._held[1 - len(_CLOSE) :]
        return self.rest() if self._state == "answer" else ""

    def rest(self) -> str:
        """At the end: what was held back and turned out to be no thought."""
        held, self._held = self._held, ""
        return held if self._state != "thinking" else ""

    def _begin(self) -> None:
        start = self._held.lstrip()
        if self._thought:
            self._held = start  # what parts an answer from the thoughts before it is not the answer's
        if start.startswith(_OPEN):
            self._state, self._thought = "thinking", True
        elif not _OPEN.startswith(start):
            self._state = "answer"

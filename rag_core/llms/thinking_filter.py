"""Removes the reasoning that a model writes before its answer, between <think> and </think>."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkingFilter:
    """Takes an answer part by part, and holds back what only the next part decides.

    Reasoning comes first: a later <think> belongs to the answer, or a document that contains one could hide the rest.
    """

    def __init__(self) -> None:
        self._held = ""
        self._state = "before"
        self._thought = False

    def shown(self, part: str) -> str:
        """The text that may be shown now."""
        if self._state == "answer":
            return part
        self._held += part
        if self._state == "before":
            self._begin()
        while self._state == "thinking" and _CLOSE in self._held:
            self._held = self._held.partition(_CLOSE)[2]
            self._state = "before"
            self._begin()
        if self._state == "thinking":  # discarded, except what may be the beginning of the closing tag
            self._held = self._held[1 - len(_CLOSE) :]
        return self.rest() if self._state == "answer" else ""

    def rest(self) -> str:
        """The text that was held back and is not reasoning, at the end."""
        held, self._held = self._held, ""
        return held if self._state != "thinking" else ""

    def _begin(self) -> None:
        start = self._held.lstrip()
        if self._thought:
            self._held = start  # white space between reasoning and answer does not belong to the answer
        if start.startswith(_OPEN):
            self._state, self._thought = "thinking", True
        elif not _OPEN.startswith(start):
            self._state = "answer"

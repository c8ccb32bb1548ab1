"""Separates a model's reasoning from its answer: only the answer may be shown, judged and stored."""

from __future__ import annotations

import re

from rag_core.llms.reasoning_marks import (
    GLUED_START,
    MARK,
    SIGNS,
    has_open,
    held_from,
    is_code,
    is_mention,
    is_mention_of_close,
    is_on_line_with_mention,
    is_quoted,
    is_unclosed_code,
)

_HEADERS = ("channel", "start")  # after these harmony names a channel, up to "message"
_ANSWER_CHANNEL = "final"


class ReasoningFilter:
    """Takes an answer part by part, and holds back what only the next part decides.

    Reasoning is what stands between an opening and a closing mark, and all text before a closing mark that has no
    opening one. In the latter case text was shown already: `withdrawn` is set, and what was shown until then is void.
    A mark in quotation marks, in code or in the middle of a sentence is text; in code that has no end, a closing mark
    is one, which only the end tells. The same text gives the same answer,
    however it is cut into parts.
    """

    def __init__(self) -> None:
        self.reasoned = False
        self.unopened = False  # whether reasoning came without an opening mark
        self.withdrawn = False  # whether the last part made void what was shown before it
        self._mode = "answer"
        self._closed_by = "close"
        self._channel: str | None = None  # harmony's, while its header is read
        self._harmony = self._final = False
        self._held = self._blank = ""
        self._last = ""  # character of the reasoning
        self._raw: list[str] = []  # the answer so far
        self._closed_in_code = 0  # where in it a closing mark ended, in code that may have no end
        self._out: list[str] = []

    @property
    def unclosed(self) -> bool:
        """Whether the text so far ends within reasoning."""
        return self._mode != "answer"

    def shown(self, part: str) -> str:
        """The text that may be shown now."""
        self.withdrawn = False
        self._held += part
        self._read(at_end=False)
        return self._taken()

    def rest(self) -> str:
        """The text that was held back and is not reasoning, at the end."""
        self.withdrawn = False
        self._read(at_end=True)
        self._judge_code()
        if not (self.reasoned or self._raw):
            self._out.append(self._blank)
        return self._taken()

    def _judge_code(self) -> None:
        """Reasoning with a stray mark of code in it looks like code that mentions the closing mark, until the end."""
        text, place = "".join(self._raw), self._closed_in_code
        if place and text[place:].strip() and is_unclosed_code(text, place):
            self._withdraw()
            self._show(text[place:])

    def _taken(self) -> str:
        out, self._out = "".join(self._out), []
        return out

    def _read(self, *, at_end: bool) -> None:
        if self._may_begin_glued(at_end=at_end):
            return
        while mark := MARK.search(self._held):
            if mark.end() == len(self._held) and not at_end:
                break  # the next character decides whether it is quoted
            self._pass(self._held[: mark.start()])
            self._meet(mark)
            self._held = self._held[mark.end() :]
        held_at = mark.start() if mark else self._held_from(at_end=at_end)
        self._pass(self._held[:held_at])
        self._held = self._held[held_at:]

    def _held_from(self, *, at_end: bool) -> int:
        is_glued = self._mode == "thinking" and self._closed_by == "glued"
        return len(self._held) if at_end else held_from(self._held, is_glued=is_glued)

    def _may_begin_glued(self, *, at_end: bool) -> bool:
        """Whether more text must come before it is known whether reasoning begins with the bare word "analysis"."""
        if self._raw or self.reasoned:
            return False
        start = self._held.lstrip()
        if GLUED_START.match(start):
            self._reason("glued")
        return not at_end and bool(start) and "analysis".startswith(start)

    def _pass(self, text: str) -> None:
        """Text that is no mark."""
        if not text:
            return
        if self._mode == "answer":
            self._show(text)
        elif self._mode == "header" and self._channel is not None:
            self._channel += text
        self._last = text[-1]

    def _show(self, text: str) -> None:
        if self.reasoned and (not self._raw or self._raw[-1][-1].isspace()):
            text = text.lstrip()  # white space around reasoning does not belong to the answer
        if not self._raw and not text.strip():
            self._blank += text
        elif text:
            self._out.append(text if self._raw or self.reasoned else self._blank + text)
            self._raw.append(text)

    def _meet(self, mark: re.Match[str]) -> None:
        kind, after = mark.lastgroup, self._held[mark.end() : mark.end() + 1]
        if self._mode == "answer":
            self._meet_in_answer(mark, str(kind), after)
        elif is_quoted(self._last, after):
            self._last = mark[0][-1]
        elif kind == self._closed_by and kind != "harmony":
            self._mode = "answer"
        elif kind == "harmony" and (self._mode == "header" or self._closed_by != "close"):
            self._meet_harmony(mark["harmony"].lower())

    def _meet_in_answer(self, mark: re.Match[str], kind: str, after: str) -> None:
        before = "".join(self._raw)
        self._raw = [before] if before else []
        if kind == "harmony" and self._is_harmony(mark["harmony"].lower(), before, after):
            self._meet_harmony(mark["harmony"].lower())
        elif kind in ("harmony", "glued") or is_quoted(before, after) or is_code(before):
            self._show(mark[0])
            if kind == "close" and not has_open(before):
                self._closed_in_code = len("".join(self._raw))
        elif kind == "close" and not (is_on_line_with_mention(before) or is_mention_of_close(before, after)):
            self._withdraw()
        elif kind == "close" or is_mention(before):
            self._show(mark[0])
        elif kind == "open":
            self._reason("close")

    def _is_harmony(self, word: str, before: str, after: str) -> bool:
        if self._harmony:
            return True
        return word in _HEADERS and not (is_quoted(before, after) or is_code(before) or is_mention(before))

    def _meet_harmony(self, word: str) -> None:
        self._harmony = True
        if word in _HEADERS:
            self._mode, self._channel = "header", "" if word == "channel" else None
        elif word == "message":
            self._begin_message()
        elif word != "constrain":
            self._mode = "answer"

    def _begin_message(self) -> None:
        """A channel's text begins; a message without a channel is the answer."""
        name = (self._channel or _ANSWER_CHANNEL).split()
        if name[:1] != [_ANSWER_CHANNEL]:
            self._reason("harmony")
            return
        if not self._final and self._raw:
            self._withdraw()
        self._mode, self._final, self.reasoned = "answer", True, True

    def _reason(self, closed_by: str) -> None:
        self._mode, self._closed_by, self.reasoned, self._last = "thinking", closed_by, True, ""

    def _withdraw(self) -> None:
        """All text until now was reasoning."""
        self.unopened = self.unopened or not self.reasoned
        self.reasoned = self.withdrawn = True
        self._raw, self._out, self._blank, self._closed_in_code = [], [], "", 0


def without_reasoning(text: str) -> str:
    """The answer in a whole text, such as one that was stored before its reasoning was recognised.

    A text without reasoning is returned unchanged.
    """
    if not any(sign in text for sign in SIGNS) and not GLUED_START.match(text.lstrip()):
        return text
    separate = ReasoningFilter()
    shown = separate.shown(text)
    rest = separate.rest()
    answer = rest if separate.withdrawn else shown + rest
    return text if answer == text else answer.strip()

"""Cleans what a model wrote for a page: its remarks and the fence around the whole go, the page's own words stay."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag_core.documents.transcripts import remarks
from rag_core.documents.transcripts.fences import ends_in_code, is_fence, wrapped
from rag_core.errors import UserError

NO_TEXT = "<!-- no text -->"  # what a model is told to write for a page without text
_MAX_QUOTED = 80  # characters of a refusal in a message
_MIN_INNER = 3  # times as long as the remarks after it is a page in a fence that was not announced
_BREAK = re.compile(r"\n[ \t]*\n")
_BLOCK = re.compile(r"#{1,6} |\||[-*_]{3,}[ \t]*\Z")


class Cleaned(NamedTuple):
    """The text of a page, and the model's remarks that were removed, in their order."""

    text: str
    removed: tuple[str, ...] = ()


def clean(reply: str) -> Cleaned:
    r"""The page's text in a model's reply, with "\n" for every line end; cleaned again, it is the same.

    Raises UserError, with the end of a sentence about the page, for an empty reply and for a refusal.
    """
    found = _Cleaning(_trimmed(reply.replace("\r\n", "\n").replace("\r", "\n")))
    found.run()
    if found.text == NO_TEXT:
        return Cleaned("", found.removed())
    if not found.text:
        raise UserError("was not read: its transcript is empty.")
    if remarks.is_refusal(found.text):
        quoted = " ".join(found.text.split())
        shown = quoted if len(quoted) <= _MAX_QUOTED else f"{quoted[:_MAX_QUOTED]}..."
        raise UserError(f"was not read: in place of a transcript, the model refused (“{shown}”).")
    return Cleaned(found.text, found.removed())


class _Cleaning:
    """Takes off remarks and fences one by one, until there is none; what was found makes others more likely."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._first: list[str] = []
        self._last: list[str] = []
        self._speaks = False  # something has shown that the model speaks, and not only the page

    def run(self) -> None:
        while self._take_preamble() or self._take_fence() or self._take_farewell():
            self._speaks = True

    def removed(self) -> tuple[str, ...]:
        return (*self._first, *reversed(self._last))

    def _take_preamble(self) -> bool:
        head, rest = _split(self.text)
        if not rest or not (remarks.is_preamble(head) or (remarks.is_agreement(head) and _is_announced(rest))):
            return False
        self._first.append(head)
        self.text = rest
        return True

    def _take_fence(self) -> bool:
        for to_last in (False, True):
            found = wrapped(self.text, to_last=to_last)
            if found is None or not self._are_remarks(found.after, found.inner):
                continue
            if to_last and not (self._first or found.after):  # nothing shows that the fences before it are the page's
                continue
            self._last += reversed(found.after)
            self.text = _trimmed(found.inner)
            return True
        return False

    def _are_remarks(self, after: tuple[str, ...], inner: str) -> bool:
        if all(map(remarks.is_closing, after)):
            return True
        is_page = self._speaks or len(inner) >= _MIN_INNER * sum(map(len, after))
        return is_page and all(remarks.is_closing(part) or remarks.is_about_work(part) for part in after)

    def _take_farewell(self) -> bool:
        *_, last = _BREAK.finditer(self.text) if _BREAK.search(self.text) else (None,)
        if last is None:
            return False
        before, paragraph = self.text[: last.start()], self.text[last.end() :].strip()
        is_remark = remarks.is_closing_about_work(paragraph) or (self._speaks and remarks.is_closing(paragraph))
        if not is_remark or ends_in_code(before):
            return False
        self._last.append(paragraph)
        self.text = _trimmed(before)
        return True


def _trimmed(text: str) -> str:
    """The text without byte order marks, without empty lines before it, and without white space after it."""
    text = text.strip("\ufeff").rstrip()
    return re.sub(r"\A(?:[^\S\n]*\n)+", "", text)


def _split(text: str) -> tuple[str, str]:
    """The first line and what follows it, where the line is a paragraph of its own; else the rest is empty."""
    head, _, rest = text.partition("\n")
    following = rest.partition("\n")[0]
    alone = not following.strip() or is_fence(following) or _BLOCK.match(following)
    return head.strip(), _trimmed(rest) if alone else ""


def _is_announced(rest: str) -> bool:
    """Whether a preamble or a page in a fence follows."""
    found = wrapped(rest, to_last=True)
    return remarks.is_preamble(rest.partition("\n")[0].strip()) or (
        found is not None and all(map(remarks.is_closing, found.after))
    )

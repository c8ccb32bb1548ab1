"""The fences of code blocks in Markdown, and the one that a model puts around a whole page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_FENCE = re.compile(r"[ \t]*(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*?)[ \t]*")
_MARKDOWN = ("markdown", "md")
_NO_LANGUAGE = ("", "text", "txt", "plaintext")


class Wrapped(NamedTuple):
    """What a fence around a page holds, and the paragraphs after the fence."""

    inner: str
    after: tuple[str, ...]


def is_fence(line: str) -> bool:
    """Whether a line opens or closes a block of code."""
    return bool(_FENCE.fullmatch(line))


def ends_in_code(text: str) -> bool:
    """Whether a fence is open at the end of the text, so that what follows is code."""
    marks = ""
    for line in text.split("\n"):
        found = _FENCE.fullmatch(line)
        if found and not marks:
            marks = found["marks"]
        elif found and not found["info"] and found["marks"].startswith(marks):
            marks = ""
    return bool(marks)


def wrapped(text: str, *, to_last: bool) -> Wrapped | None:
    """The fence that begins the text, if it is one for Markdown or for no language; None for other texts.

    With `to_last`, the last fence closes it where the fences between are pairs, else the first one that can.
    A fence for Markdown that is never closed holds all the rest: the reply was cut.
    """
    lines = text.split("\n")
    opening = _FENCE.fullmatch(lines[0])
    if opening is None or opening["info"].lower() not in (*_MARKDOWN, *_NO_LANGUAGE):
        return None
    is_markdown = opening["info"].lower() in _MARKDOWN
    end = _end(lines, opening["marks"], nests=is_markdown)
    if to_last and end is not None:
        end = _last_end(lines, opening["marks"], end)
    if end is None:
        return Wrapped("\n".join(lines[1:]), ()) if is_markdown else None
    after = re.split(r"\n[ \t]*\n", "\n".join(lines[end + 1 :]))
    return Wrapped("\n".join(lines[1:end]), tuple(part.strip() for part in after if part.strip()))


def _end(lines: Sequence[str], marks: str, *, nests: bool) -> int | None:
    """The number of the line that closes the fence of the first line, None where none does.

    A page in a fence for Markdown may have fences of its own: one with a language opens, the next one without closes.
    """
    depth = 1
    for number, line in enumerate(lines[1:], 1):
        found = _FENCE.fullmatch(line)
        if found is None or not found["marks"].startswith(marks):
            continue
        if nests and found["info"]:
            depth += 1
        elif not found["info"]:
            depth -= 1
        if depth == 0:
            return number
    return None


def _last_end(lines: Sequence[str], marks: str, end: int) -> int:
    """The last line that could close the fence, where those between are pairs; else the first, `end`."""
    found = [number for number, line in enumerate(lines[end:], end) if _is_bare(line, marks)]
    return found[-1] if len(found) % 2 else end


def _is_bare(line: str, marks: str) -> bool:
    found = _FENCE.fullmatch(line)
    return bool(found and not found["info"] and found["marks"].startswith(marks))

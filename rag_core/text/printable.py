"""Text of unknown origin, such as a file's name or a server's words, made safe for a terminal and for JSON."""

from __future__ import annotations

import re

# Control characters, line and paragraph separators, halves of surrogate pairs, and what changes the direction of text.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LINE_BREAKS_AND_TABS = "\t\n\r"
_FIRST_BYTE, _LAST_BYTE = "\udc80", "\udcff"  # how Python reads the bytes of a name that are not UTF-8


def printable(text: str, *, lines: bool = False) -> str:
    r"""The text with what a terminal would obey, and with bytes that are not UTF-8, as escapes: `caf\xe9.txt`.

    With `lines`, line breaks and tabs stay.
    """
    return _UNPRINTABLE.sub(lambda found: _kept(found[0]) if lines else _escape(found[0]), text)


def is_unicode(text: str) -> bool:
    """Whether the text can be encoded: it has no bytes that were not UTF-8, and no half of a surrogate pair."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def as_unicode(text: str) -> str:
    """The text without lone surrogates, which documents and servers may contain and JSON may not."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _kept(char: str) -> str:
    return char if char in _LINE_BREAKS_AND_TABS else _escape(char)


def _escape(char: str) -> str:
    if _FIRST_BYTE <= char <= _LAST_BYTE:
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")

"""The message in a server's error, whatever form the server gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from typing_extensions import override

# Names of a message, the likeliest first, without the capitals and underscores in which servers differ.
_NAMES = (
    *("message", "msg", "detail", "details", "error", "errors", "errormessage", "errormsg", "errordescription"),
    *("description", "statusmessage", "statusmsg", "baseresp", "fault", "faultstring", "reason", "cause", "title"),
)
_ANSWERS = ("data", "choices", "embeddings")
_MAX_ITEMS = 3
_MAX_DEPTH = 8
_MAX_READ = 100_000
_PAGE = re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype|html|head|body|h1|title|center|p>|div)", re.IGNORECASE | re.DOTALL)
_MAYBE_ERROR = re.compile(b"error|detail|message|msg|fault|reason", re.IGNORECASE)
_UNSEEN = ("script", "style", "template")


def message_in(body: object, depth: int = 0) -> str:
    """The message for the user in an error's body: JSON of any form, a page, or plain text; "" if there is none.

    FastAPI's lists of invalid fields are joined, each with the name of its field.
    """
    if isinstance(body, str):
        return page_text(body) if _PAGE.match(body) else body.strip()
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(body, Mapping):
        return _of_mapping(body, depth + 1)
    if isinstance(body, Sequence) and not isinstance(body, bytes):
        found = [message for item in body[:_MAX_ITEMS] if (message := message_in(item, depth + 1))]
        more = f"; and {len(body) - _MAX_ITEMS:,} more" if len(body) > _MAX_ITEMS else ""
        return "; ".join(found) + more if found else ""
    return ""


def message_of_text(text: str) -> str:
    """The message in the text of an error's body; the JSON itself where none of its names is known as a message's."""
    text = text[:_MAX_READ]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return message_in(text)
    return message_in(value) or (text if _words_in(value) else "")


def error_code_in(content: bytes) -> int | None:
    """The status of an error that a server sends as if it were an answer: 400 where it names none; None if it is none.

    Read are only answers in JSON that begin as an error does.
    """
    if not _MAYBE_ERROR.search(content[:4096]):
        return None
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not is_error(value):
        return None
    inner = value["error"] if isinstance(value.get("error"), dict) else {}
    codes = (inner.get("code"), inner.get("status"), value.get("code"), value.get("status"), value.get("status_code"))
    return next((code for code in map(_status, codes) if code), 400)


def page_text(page: str) -> str:
    """The text that a page of HTML shows."""
    reader = _PageText()
    reader.feed(page[:_MAX_READ])
    reader.close()
    return " ".join(" ".join(dict.fromkeys(reader.texts)).split())


def _words_in(value: object) -> bool:
    """Whether there is a text of several words in a value of JSON."""
    if isinstance(value, Mapping):
        return any(map(_words_in, value.values()))
    return any(map(_words_in, value)) if isinstance(value, list) else isinstance(value, str) and len(value.split()) > 1


def _of_mapping(body: Mapping[Any, Any], depth: int) -> str:
    named = {str(name).lower().replace("_", ""): value for name, value in body.items()}
    found = next((text for name in _NAMES if (text := message_in(named.get(name), depth))), "")
    place = body.get("loc")
    if found and isinstance(place, list) and place:
        found = f"{'.'.join(map(str, place))}: {found}"
    details = body.get("metadata")  # where a gateway puts the words of the server behind it
    raw = details.get("raw") if isinstance(details, Mapping) else None
    behind = message_of_text(raw) if isinstance(raw, str) else ""
    return f"{found}: {behind}" if found and behind and behind not in found else found or behind


def is_error(value: Mapping[str, Any]) -> bool:
    """Whether an object is an error, in any form, rather than an answer or a part of one."""
    if value.get("error") or value.get("errors") or value.get("object") == "error":
        return True
    return all(value.get(name) is None for name in _ANSWERS) and bool(message_in(value))


def _status(code: object) -> int | None:
    if isinstance(code, str) and code.isdecimal():
        code = int(code)
    return code if isinstance(code, int) and 400 <= code < 600 else None


class _PageText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN

    @override
    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0

    @override
    def handle_data(self, data: str) -> None:
        if text := data.strip() if not self._unseen else "":
            self.texts.append(text)

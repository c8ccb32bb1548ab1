"""Options that a server refuses: a request is sent with all of them, then again without each one that it names."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import openai

_STATUSES = (400, 422)
# What is sent instead of a refused option.
_REPLACEMENTS = {"max_tokens": "max_completion_tokens"}
# Options that are also words of English: in a message they are options only in quotation marks.
_WORDS = ("stream", "n", "stop", "seed", "user")
# What else a message may call them.
_OTHER_NAMES = {
    "encoding_format": [r"(?<!\w)encoding[ -]format(?!\w)", r"(?<!\w)base64(?!\w)"],
    "stream": [r"(?<!\w)streaming(?!\w)(?! options?\b)"],
    "stream_options": [r"(?<!\w)include_usage(?!\w)", r"(?<!\w)stream options?(?!\w)"],
}
# Where messages are, and in them those of the server behind a gateway; then, where fields are named.
_PLACES = (
    "message",
    "msg",
    "detail",
    "details",
    "description",
    "error",
    "errors",
    "metadata",
    "raw",
    "fieldViolations",
)
_FIELD_NAMES = ("param", "field", "loc")
_BY_FIELD = ("errors", "detail", "details")
_MAX_DEPTH = 8


class RefusedOptions:
    """The options that a server has refused for a model; one object for all requests to it, in any thread."""

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()

    def accepted(self, options: dict[str, Any]) -> dict[str, Any]:
        """The options without the refused ones, with those that replace them."""
        return _without(options, self._names)

    def trial(self, options: dict[str, Any]) -> OptionTrial:
        """The options of one request, to be tried."""
        return OptionTrial(self, options)

    def add(self, name: str) -> None:
        """Remember that an option is refused."""
        self._names |= {name}


class OptionTrial:
    """The options of one request. After an error, `leave_out` says whether to send it again with `options`."""

    def __init__(self, memory: RefusedOptions, options: dict[str, Any]) -> None:
        self._memory, self._sent = memory, memory.accepted(options)
        self._left_out: list[str] = []
        self._message = ""

    @property
    def options(self) -> dict[str, Any]:
        """The options that are still sent."""
        return _without(self._sent, self._left_out)

    def leave_out(self, error: openai.APIError) -> bool:
        """Leave out the option that the error names; returns whether it names one that was sent."""
        message = str(error.message)
        if self._left_out and message != self._message:
            self.settle()  # it was right to leave it out: the server complains of something else now
        name = refused_option(error, self.options)
        if name is not None:
            self._left_out.append(name)
            self._message = message
        return name is not None

    def settle(self) -> None:
        """Remember what was left out, once that has helped."""
        for name in self._left_out:
            self._memory.add(name)


def refused_option(error: openai.APIError, sent: Collection[str]) -> str | None:
    """The option among those sent that a server's 400 or 422 names, or its error in a stream; None where none."""
    if getattr(error, "status_code", _STATUSES[0]) not in _STATUSES:
        return None
    fields = [name for name in _fields(error.body) if name in sent]
    if fields:
        return fields[0]
    message = " ".join(_messages(error.body)) or str(error.message)
    found = [(match.start(), name) for name in sent if (match := _pattern(name).search(message))]
    return min(found)[1] if found else None


@lru_cache(maxsize=64)
def _pattern(name: str) -> re.Pattern[str]:
    plain = rf"(?<!\w){name}(?!\w)"
    quoted = rf"['\"`]{name}['\"`]|{plain}\s?[=:]"
    forms = [quoted if name in _WORDS else plain, *_OTHER_NAMES.get(name, ())]
    return re.compile("|".join(forms), re.IGNORECASE)


def _without(options: dict[str, Any], refused: Collection[str]) -> dict[str, Any]:
    kept = {name: value for name, value in options.items() if name not in refused}
    for name, other in _REPLACEMENTS.items():
        if name in options and name in refused and other not in refused:
            kept[other] = options[name]
    return kept


def _fields(body: object) -> Iterator[str]:
    """The fields that an error names as such: OpenAI's `param`, the `loc` of FastAPI, and what others have for them."""
    for item in _items(body):
        places = [place for name in _FIELD_NAMES for place in _listed(item.get(name))]
        yield from (name for place in places if isinstance(place, str) for name in reversed(place.split(".")))
        yield from (name for group in _BY_FIELD if isinstance(item.get(group), dict) for name in item[group])


def _messages(body: object) -> Iterator[str]:
    """The sentences of an error, without the request that some servers repeat in it."""
    if isinstance(body, str):
        yield body
    for item in _items(body):
        texts = [text for name in _PLACES for text in _listed(item.get(name)) if isinstance(text, str)]
        yield from (text for text in texts if not isinstance(_parsed(text), dict | list))


def _items(body: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """All objects in an error where messages may be, also in a text that is JSON itself."""
    if depth > _MAX_DEPTH:
        return
    body = _parsed(body) if isinstance(body, str) else body
    if isinstance(body, list):
        for item in body:
            yield from _items(item, depth + 1)
    elif isinstance(body, dict):
        yield body
        for name in _PLACES:
            yield from _items(body.get(name), depth + 1)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _parsed(text: str) -> Any:
    """The value of a text that is JSON, else None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None

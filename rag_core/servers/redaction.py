"""Masks API keys in what servers send: the key of the request in any spelling, and whatever else is plainly a key."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from math import ceil
from urllib.parse import quote

_MARK = "…"
_MAX_READ = 8_000  # of the characters that a server sends
_MAX_QUOTED = 400
_MIN_SPLIT = 8  # the letters and digits of a shorter key, in this order, may be in any text
_MIN_FRAGMENT = 8
# Beginnings that providers give their keys; a key that is not the request's own is masked too.
_FOREIGN = re.compile(
    r"""(?<![A-Za-z0-9])(?:
    sk-[\w-]{8,}
    | (?:gsk|hf|r8|ghp|gho|ghs|glpat|github_pat|xai|pplx|nvapi|jina|csk|tvly|pk|rk)[-_](?=[\w-]*\d)[\w-]{16,}
    | AIza[\w-]{20,} | AKIA[A-Z0-9]{12,}
    | eyJ[\w-]{8,}(?:\.[\w-]+)*
    | (?<![\w-])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{32,}(?![\w-])
    )""",
    re.VERBOSE,
)
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic)\s+(?=[\w.+/~-]*\d)[\w.+/~-]{8,}={0,2}", re.IGNORECASE)
# A key of which a server repeats only the ends: sk-ab***yz.
_STARRED = re.compile(r"[\w-]{0,200}\*{4,}[\w-]{0,200}|sk-[\w-]{0,200}[*.…•]{2,}[\w-]{0,200}")
_ENDS = re.compile(r"(?<![\w+/=.-])([\w+/=.-]{0,200}?[\w+/=-])?(?:[*•xX]{2,}|\.{2,}|…)([\w+/=.-]{0,200}[\w+/=-])?")
_TOKEN = re.compile(r"[^\s\"'`<>()\[\]{},;:]{6,}(?<![.!?])")


def redact_keys(text: str, key: str) -> str:
    """The text in one line, without what is or may be a key; a long text ends at a word, with an ellipsis."""
    line = " ".join(text[:_MAX_READ].split())
    if key:
        line = _without_own(line, key)
    line = _AUTHORIZATION.sub(rf"\1 {_MARK}", line)
    return _shortened(_STARRED.sub(_MARK, _FOREIGN.sub(_MARK, line)))


def _shortened(line: str) -> str:
    if len(line) <= _MAX_QUOTED:
        return line
    cut = line[:_MAX_QUOTED]
    return f"{cut.rpartition(' ')[0] or cut} {_MARK}"


def _without_own(line: str, key: str) -> str:
    for pattern in _spellings(key):
        line = pattern.sub(_MARK, line)
    line = _ENDS.sub(lambda found: _MARK if _are_ends(found, key) else found.group(), line)
    return _TOKEN.sub(lambda found: _MARK if _holds_fragment(found.group(), key) else found.group(), line)


def _are_ends(found: re.Match[str], key: str) -> bool:
    head, tail = found.group(1) or "", found.group(2) or ""
    return (len(head) >= 3 and key.startswith(head)) or (len(tail) >= 3 and key.endswith(tail))


def _holds_fragment(token: str, key: str) -> bool:
    """Whether a word contains a part of the key: long, and with a digit, since other parts may be words."""
    size = max(_MIN_FRAGMENT, len(key) // 3)
    parts = (key[start : start + size] for start in range(len(key) - size + 1))
    return any(part in token for part in parts if any(map(str.isdigit, part)))


@lru_cache(maxsize=16)
def _spellings(key: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of the key as it is, escaped for addresses and pages, split, and in base64 or hexadecimal digits."""
    # A key such as "none" is also a part of other words.
    edge = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])" if len(key) < _MIN_SPLIT else "{}"
    plain = dict.fromkeys([key, quote(key, safe=""), escape(key), key.encode().hex()])
    plain |= dict.fromkeys("".join(map(form.format, key.encode())) for form in ("%{:02x}", "&#{};", "&#x{:x};"))
    patterns = [re.compile(edge.format(_split(text, r"\s?")), re.IGNORECASE) for text in plain]
    letters = "".join(filter(str.isalnum, key))
    if len(letters) >= max(_MIN_SPLIT, len(key) // 2):
        patterns.append(re.compile(_split(letters, r"[\W_]{0,8}"), re.IGNORECASE))
    encoded = [_split(core, r"[\s\\]{0,4}") for core in _base64_cores(key) if len(core) >= _MIN_SPLIT]
    return (
        *patterns,
        *(re.compile(rf"[\w+/-]{{0,200}}{core}[\w+/-]{{0,200}}(\s?[\w+/-]{{0,3}}={{1,2}})?") for core in encoded),
    )


def _split(text: str, between: str) -> str:
    return between.join(map(re.escape, text))


def _base64_cores(key: str) -> Iterator[str]:
    """What the base64 of any text with the key in it contains: it depends on where in the text the key begins."""
    data = key.encode()
    for before in range(3):
        padded = bytes(before) + data + bytes(2)
        first, last = ceil(before * 8 / 6), (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(padded).decode()[first:last]

"""Judges whether bytes without a byte order mark are UTF-16, or UTF-8 with a few faults."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"

_SAMPLE = 200_000  # bytes looked at
_MANY_NULS = 0.2  # of the bytes: Latin text in UTF-16 has half
_SAME_SIDE = 0.9  # of the NULs are the upper or all the lower bytes of their characters
_PLAUSIBLE = 0.95  # of the characters
_COMMON = 0.02  # of the characters
_MAX_CONTROLS = 0.02  # of the bytes
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_MIN_GOOD = 2.0  # well-formed characters for each fault
_NOT_PLAUSIBLE = ("Cc", "Cn", "Co", "Cs")  # control characters, unassigned, private, halves of pairs
# Spaces and line ends, kana, East Asian punctuation, the most frequent Chinese characters; the
# bytes of other encodings hardly ever look like these.
_FREQUENT = re.compile(
    "[ \r\n,.\u3001\u3002\u300c\u300d\u3040-\u30ff\uff01\uff08\uff09\uff0c\uff1a\uff1f"
    "\u7684\u4e00\u662f\u4e0d\u4e86\u5728\u6709]"
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Within a character, at the end; after its first byte only where no word of a one-byte encoding ends like that.
_CUT = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2}|[\xc2\xc3\xe2\xf0])\Z")
_NO_LETTERS = frozenset(b"\x81\x8d\x8f\x90\x9d\xfe\xff")  # nothing, or hardly ever used, in Windows-1252 too


def utf16_of(data: bytes) -> str | None:
    """ "utf-16-le" or "utf-16-be" where the bytes are such text without a mark, else None."""
    sample = data[:_SAMPLE]
    uppers = {"utf-16-le": sample[1::2].count(0), "utf-16-be": sample[0::2].count(0)}
    nuls = sum(uppers.values())
    many = nuls >= _MANY_NULS * len(sample)
    if not many and _is_utf8_text(sample.replace(b"\0", b"")):
        return None
    for encoding, own in sorted(uppers.items(), key=lambda item: -item[1]):
        if (not many or own >= _SAME_SIDE * nuls) and _reads_well(sample, encoding, surely_latin=many):
            return encoding
    return None


def _is_utf8_text(sample: bytes) -> bool:
    return len(_CONTROLS.findall(sample)) <= _MAX_CONTROLS * len(sample) and is_mostly_utf8(sample)


def _reads_well(sample: bytes, encoding: str, *, surely_latin: bool) -> bool:
    """Whether the text has only characters that texts have, and enough of those that nearly all texts have."""
    text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    plausible = sum(char in "\t\n\r\f" or unicodedata.category(char) not in _NOT_PLAUSIBLE for char in text)
    plausible -= text.count(REPLACEMENT)
    if len(text) < 2 or plausible < _PLAUSIBLE * len(text):
        return False
    return surely_latin or len(_FREQUENT.findall(text)) >= _COMMON * len(text)


def is_mostly_utf8(data: bytes) -> bool:
    """Whether what is not well-formed UTF-8 is a fault in a text that is: a bad byte, a cut end, a line or so."""
    try:
        data.decode("utf-8")
        return True
    except UnicodeDecodeError:
        pass
    good, bad = _good_and_bad(data)
    if not bad or good >= _MIN_GOOD * bad or (bad == 1 and _CUT.search(data[-4:])):
        return True
    if not good and _NO_LETTERS.issuperset(data.translate(None, bytes(range(128)))):
        return True
    lines = [_good_and_bad(line) for line in data[:_SAMPLE].splitlines()]
    return sum(bool(good and not bad) for good, bad in lines) > sum(bool(bad) for _, bad in lines)


def _good_and_bad(data: bytes) -> tuple[int, int]:
    """How many characters beyond ASCII are well-formed, and how many faults are beside them."""
    faults = data.decode("utf-8", "replace").count(REPLACEMENT) - data.count(REPLACEMENT.encode())
    return len(_MULTIBYTE.findall(data)), faults

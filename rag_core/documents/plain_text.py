"""Reads .txt and .md files, whose characters stay exactly as they are."""

from __future__ import annotations

import re

from rag_core.documents.document import Page
from rag_core.documents.formats import bom_of
from rag_core.documents.limits import MAX_CHARACTERS, Limits, over
from rag_core.documents.markup.blocks import text_blocks
from rag_core.documents.parsed import Parsed
from rag_core.documents.unicode_bytes import REPLACEMENT, is_mostly_utf8, utf16_of
from rag_core.errors import UserError

# Windows-1250 is not among them: for short Western texts the detector prefers it to 1252, and is wrong.
_ONE_BYTE = ["cp1252", "cp1251", "koi8_r", "cp1253"]
_TWO_BYTE = ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
_SAMPLE = 200_000  # bytes looked at to guess an encoding
_MAX_FAULTS = 0.02  # of the characters: more, and the encoding is another one
_ALONE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_NAMES = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}


def read(data: bytes, password: str | None, limits: Limits) -> Parsed:
    """Decode the bytes; line ends, white space and Unicode form stay as they are, only a byte order mark goes.

    The blocks are those that the text's own marks show, such as the "#" of Markdown.
    """
    text, notices = decode(data)
    if len(text) > limits.characters:
        raise UserError(over("characters", len(text), limits.characters, MAX_CHARACTERS))
    return Parsed(text, (Page(1, 0, len(text), None, None),), notices=notices, blocks=text_blocks(text))


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of the bytes, and notices about an encoding that was guessed and about bytes that fit none.

    Raises UserError for bytes that begin with the mark of an encoding but are not text in it.
    """
    marked = bom_of(data)
    encoding = marked or utf16_of(data) or ("utf-8" if is_mostly_utf8(data) else None)
    if encoding is None:
        text, encoding = _guess(data)
        notice = f"It is not UTF-8 and was read as {_name(encoding)}; save it as UTF-8 if letters look wrong."
        return _without_nuls(text, (notice, *_faults(text, data, encoding)))
    text = data.decode(encoding, "replace")
    faults = _faults(text, data, encoding)
    if marked and text.count(REPLACEMENT) > _MAX_FAULTS * len(text) + 1:
        raise UserError(
            f"begins like {_name(encoding)} text, but {text.count(REPLACEMENT):,} of its {len(text):,} characters do "
            "not fit. Save it again as UTF-8."
        )
    unmarked = not marked and encoding != "utf-8"
    notice = f"It has no byte order mark and was read as {_name(encoding)}; save it as UTF-8 if letters look wrong."
    return _without_nuls(text, ((notice,) if unmarked else ()) + faults)


def _faults(text: str, data: bytes, encoding: str) -> tuple[str, ...]:
    """A notice that says how many characters did not fit the encoding, and where the first of them is."""
    try:
        data.decode(encoding)
        return ()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].decode(error.encoding, "replace").count("\n") + 1
    count = text.count(REPLACEMENT) - _meant(data, encoding)
    which = "1 place does" if count == 1 else f"{count:,} places do"
    return (f"{which} not fit {_name(encoding)} and became {REPLACEMENT} (U+FFFD), first in line {line:,}.",)


def _meant(data: bytes, encoding: str) -> int:
    """How many times the file itself has U+FFFD."""
    return data.count(REPLACEMENT.encode("utf-8")) if encoding.startswith("utf-8") else 0


def _without_nuls(text: str, notices: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The text with U+FFFD for every NUL, which is no character of a text, and a notice that says how many."""
    if not (count := text.count("\0")):
        return text, notices
    which = "1 NUL byte" if count == 1 else f"{count:,} NUL bytes"
    return text.replace("\0", REPLACEMENT), (*notices, f"It has {which}, read as {REPLACEMENT} (U+FFFD).")


def _name(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper() if encoding.startswith("utf") else _NAMES.get(encoding, encoding)


def _guess(data: bytes) -> tuple[str, str]:
    """The text and its most likely encoding, else Windows-1252; a one-byte encoding must give words of a language."""
    from charset_normalizer import from_bytes

    best = from_bytes(_letters(data), cp_isolation=_ONE_BYTE + _TWO_BYTE).best()
    if best is not None and best.encoding != "cp1252" and _is_likely(best.encoding, best.coherence, data):
        text = data.decode(best.encoding, "replace")
        if text.count(REPLACEMENT) <= _MAX_FAULTS * len(text) + 1:  # else the rest of the bytes is not like the sample
            return text, best.encoding
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def _is_likely(encoding: str, coherence: float, data: bytes) -> bool:
    """Whether a one-byte encoding gives words of a language, or most bytes beyond ASCII stand beside each other.

    In Western text they stand alone, and a two-byte encoding would swallow the letters after them.
    """
    if encoding not in _TWO_BYTE:
        return coherence > 0
    alone = len(_ALONE.findall(data))
    return 2 * alone <= len(data.translate(None, bytes(range(128))))


def _letters(data: bytes) -> bytes:
    """A sample of the lines that are not ASCII: only they tell encodings apart."""
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())
    return lines[:_SAMPLE].rpartition(b"\n")[0] or lines

"""Reads .txt and .md files, whose characters stay exactly as they are."""

from __future__ import annotations

from rag_core.documents.document import Page
from rag_core.documents.formats import bom_of
from rag_core.documents.limits import MAX_CHARACTERS, Limits, over
from rag_core.documents.parsed import Parsed
from rag_core.errors import UserError

# Windows-1250 is not among them: for short Western texts the detector prefers it to 1252, and is wrong.
_ONE_BYTE = ["cp1252", "cp1251", "koi8_r", "cp1253"]
_TWO_BYTE = ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
_SAMPLE = 200_000  # bytes looked at to guess an encoding


def read(data: bytes, password: str | None, limits: Limits) -> Parsed:
    """Decode the bytes; line ends, white space and Unicode form stay as they are, only a byte order mark goes."""
    text, notices = decode(data)
    if len(text) > limits.characters:
        raise UserError(over("characters", len(text), limits.characters, MAX_CHARACTERS))
    return Parsed(text, (Page(1, 0, len(text), None, None),), notices=notices)


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of the bytes, and a notice when its encoding had to be guessed. Raises UserError for bad bytes."""
    encoding = bom_of(data)
    try:
        return data.decode(encoding or "utf-8"), ()
    except UnicodeDecodeError as error:
        if encoding:
            raise UserError(
                f"begins like {encoding.removesuffix('-sig').upper()} text, but byte {error.start:,} does not fit. "
                "Save it again as UTF-8."
            ) from error
    text, guessed = _guess(data)
    return text, (f"It is not UTF-8 and was read as {guessed}; save it as UTF-8 if letters look wrong.",)


def _guess(data: bytes) -> tuple[str, str]:
    """The text and its most likely encoding, else Windows-1252; a one-byte encoding must give words of a language."""
    from charset_normalizer import from_bytes

    best = from_bytes(_letters(data), cp_isolation=_ONE_BYTE + _TWO_BYTE).best()
    if best is not None and best.encoding != "cp1252" and (best.coherence > 0 or best.encoding in _TWO_BYTE):
        try:
            return data.decode(best.encoding), best.encoding
        except UnicodeDecodeError:
            pass  # the rest of the bytes is not like the sample
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1"


def _letters(data: bytes) -> bytes:
    """A sample of the lines that are not ASCII: only they tell encodings apart."""
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())
    return lines[:_SAMPLE].rpartition(b"\n")[0] or lines

"""The format of a file, judged by its bytes; its name only says what the user expects it to be."""

from __future__ import annotations

import codecs
from typing import Literal

from rag_core.documents.unicode_bytes import utf16_of
from rag_core.errors import UserError

Format = Literal["pdf", "text"]

FORMAT_NAMES: dict[Format, str] = {"pdf": "a PDF", "text": "text"}  # as in "it is a PDF"
READABLE = "Chunkscope reads PDF, .txt and .md files"

TEXT_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive, as Word, Excel, PowerPoint and EPUB files are"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "a WebP image, a sound or a film"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"AT&TFORM", "a DjVu document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"%!PS", "a PostScript file"),
    (b"{\\rtf", "a rich text (RTF) file"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")
_TEXT_SUFFIXES = (".txt", ".md", ".markdown", ".text")
_HEADER_WINDOW = 1024  # readers accept junk before the header, up to here
_MAX_CONTROLS = 0.02  # of the bytes: a few control characters may occur in text
_MAX_NULS = 0.005  # of the bytes: one in a long text is a fault in it


def format_of(data: bytes, name: str) -> Format:
    """The format of the bytes. Raises UserError for bytes that no parser reads."""
    if _is_pdf(data, name):
        return "pdf"
    if name.lower().endswith(".pdf"):
        raise UserError(f"{name} is not a PDF: it looks like {looks_like(data)}. {READABLE}.")
    if _is_binary(data):
        raise UserError(f"{name} is not text: it looks like {looks_like(data)}. {READABLE}.")
    return "text"


def looks_like(data: bytes) -> str:
    """A guess, in words, at the kind of file that these bytes are."""
    for magic, words in _MAGIC:
        if data.startswith(magic):
            return words
    head = data[:_HEADER_WINDOW].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith(_HTML) or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head):
        return "an HTML page"
    if head.startswith(b"<?xml"):
        return "an XML file"
    return "a binary file" if _is_binary(data) else "plain text"


def bom_of(data: bytes) -> str | None:
    """The encoding of the byte order mark at the start, if there is one."""
    return next((encoding for mark, encoding in TEXT_BOMS if data.startswith(mark)), None)


def _is_pdf(data: bytes, name: str) -> bool:
    if name.lower().endswith(_TEXT_SUFFIXES):  # prose about PDF may well quote the header
        return data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"%PDF-")
    return b"%PDF-" in data[:_HEADER_WINDOW]


def _is_binary(data: bytes) -> bool:
    if bom_of(data):
        return False
    if any(data.startswith(magic) for magic, _ in _MAGIC if not magic.isascii()):
        return True
    if utf16_of(data):
        return False
    if data.count(0) > _MAX_NULS * len(data):
        return True
    controls = sum(data.count(byte) for byte in range(32) if byte not in b"\t\n\v\f\r\b\x1b\x1a")
    return controls > _MAX_CONTROLS * len(data)

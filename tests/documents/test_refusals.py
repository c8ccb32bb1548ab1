"""Every message for a file that cannot be opened, each provoked by a real file made for it."""

from __future__ import annotations

import io
import os
import random
import zipfile

import pytest
from pdf_maker import encrypted_pdf, image_pdf, pages_pdf

from rag_core import open_document
from rag_core.errors import PasswordNeeded, UserError

HTML = b"\n<!DOCTYPE html><html><head><title>Not found</title></head><body>404</body></html>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def zip_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def refused(path, content: bytes | None = None, **options) -> str:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        open_document(path, **options)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HTML, "an HTML page"),
        (zip_bytes(), "ZIP archive"),
        (PNG, "PNG image"),
        (b"\xff\xd8\xff\xe0 jfif", "JPEG image"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"just some words", "plain text"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (bytes(range(256)), "a binary file"),
    ],
)
def test_a_pdf_by_name_only(tmp_path, content: bytes, words: str) -> None:
    message = refused(tmp_path / "report.pdf", content)
    assert "is not a PDF" in message
    assert words in message


@pytest.mark.parametrize("content", [zip_bytes(), PNG, b"words\0words", b"\x01\x02\x03\x04 words", b"\xff\xd8\xff"])
def test_binary_under_a_text_name(tmp_path, content: bytes) -> None:
    assert "is not text: it looks like" in refused(tmp_path / "notes.txt", content)


def test_the_bytes_decide_not_the_name(tmp_path) -> None:
    path = tmp_path / "really.bin"
    path.write_bytes(b"junk before\n" + pages_pdf([(72, 80, "A PDF after all")]))
    assert open_document(path).text == "A PDF after all"


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_a_truncated_pdf(tmp_path, share: float) -> None:
    whole = pages_pdf(*[[(72, 80 + 14 * n, f"line {n}") for n in range(40)] for _ in range(5)])
    assert "is damaged and cannot be opened" in refused(tmp_path / "half.pdf", whole[: int(len(whole) * share)])


def test_a_garbled_pdf(tmp_path) -> None:
    chance = random.Random(7)
    content = bytearray(pages_pdf([(72, 80, "words")]))
    for index in range(20, len(content)):
        content[index] = chance.randrange(256)
    assert "damaged" in refused(tmp_path / "garbled.pdf", bytes(content))


def test_a_pdf_whose_end_is_missing_opens_with_a_notice() -> None:
    whole = pages_pdf([(72, 80, "words")])
    document = open_document(whole[: whole.rindex(b"startxref")], name="cut.pdf")
    assert document.text == "words"
    assert "end of the file is missing" in document.notices[0]


def test_encrypted_without_and_with_the_wrong_and_the_right_password(tmp_path) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(encrypted_pdf("Secret words", user="open sesame"))
    with pytest.raises(PasswordNeeded, match=r"^secret\.pdf is encrypted: give its password\.$"):
        open_document(path)
    with pytest.raises(PasswordNeeded, match="not its password"):
        open_document(path, password="guess")
    document = open_document(path, password="open sesame")
    assert document.text == "Secret words"
    assert "sesame" not in repr(document)


def test_an_empty_user_password_opens_silently() -> None:
    assert open_document(encrypted_pdf("For all", user=""), name="a.pdf").text == "For all"


def test_pages_that_are_images(tmp_path) -> None:
    message = refused(tmp_path / "scan.pdf", image_pdf(3))
    assert "none of its 3 pages has a text layer: they are images" in message
    assert "--parser ocr" in message
    assert "its page has no text layer: it is an image" in refused(tmp_path / "one.pdf", image_pdf(1))


def test_some_pages_that_are_images() -> None:
    document = open_document(image_pdf(4, "Words on the first"), name="mixed.pdf")
    assert document.text == "Words on the first"
    assert document.notices[0].startswith("Pages 2-4 have no text layer")
    assert [(page.start, page.end) for page in document.pages[1:]] == [(18, 18)] * 3


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", b""), ("b.pdf", b""), ("c.md", b" \n\t\r\n"), ("d.txt", b"\xef\xbb\xbf\n")]
)
def test_empty_files(tmp_path, name: str, content: bytes) -> None:
    assert "is empty" in refused(tmp_path / name, content)


def test_a_pdf_of_blank_pages(tmp_path) -> None:
    assert "is empty: its 2 pages have neither text nor images" in refused(tmp_path / "blank.pdf", pages_pdf([], []))


def test_paths_that_cannot_be_read(tmp_path) -> None:
    assert "There is no file" in refused(tmp_path / "missing.pdf")
    folder = tmp_path / "folder.pdf"
    folder.mkdir()
    assert "is a folder" in refused(folder)
    with pytest.raises(UserError, match="could not be read"):
        open_document("bad\0name.txt")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission(tmp_path) -> None:
    path = tmp_path / "locked.txt"
    path.write_text("words")
    path.chmod(0)
    assert "permissions" in refused(path)


def test_too_big_says_the_limit_the_size_and_the_remedy(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_MAX_FILE_MB", "0.5")
    message = refused(tmp_path / "big.txt", b"word " * 200_000)
    assert all(part in message for part in ("1.0 MB", "0.5 MB", "CHUNKSCOPE_MAX_FILE_MB"))
    with pytest.raises(UserError, match="CHUNKSCOPE_MAX_FILE_MB"):
        open_document(b"word " * 200_000, name="big.txt")


@pytest.mark.parametrize(("variable", "limit"), [("CHUNKSCOPE_MAX_CHARACTERS", "50"), ("CHUNKSCOPE_MAX_PAGES", "2")])
def test_too_many_characters_or_pages(tmp_path, monkeypatch, variable: str, limit: str) -> None:
    monkeypatch.setenv(variable, limit)
    page = [(72, 80, "words that fill a line of the page")]
    message = refused(tmp_path / "long.pdf", pages_pdf(page, page, page))
    assert variable in message
    assert limit in message


def test_too_many_characters_of_text(monkeypatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_MAX_CHARACTERS", "10")
    with pytest.raises(UserError, match="has 11 characters; the limit is 10"):
        open_document(b"hello world", name="a.txt")


@pytest.mark.parametrize("value", ["many", "-1", "0", "nan", "inf"])
def test_a_limit_that_is_no_number(monkeypatch, value: str) -> None:
    monkeypatch.setenv("CHUNKSCOPE_PARSE_SECONDS", value)
    with pytest.raises(UserError, match=r"CHUNKSCOPE_PARSE_SECONDS=.* is not a number above 0"):
        open_document(b"words")


def test_parsers_that_do_not_exist_or_do_not_fit() -> None:
    with pytest.raises(UserError, match=r"no parser 'tesseract'\. The parsers are: default, pdfium, text"):
        open_document(b"words", parser="tesseract")
    with pytest.raises(UserError, match="reads a PDF"):
        open_document(b"words", name="a.txt", parser="pdfium")
    with pytest.raises(UserError, match="is a PDF"):
        open_document(pages_pdf([(72, 80, "x")]), name="a.pdf", parser="text")

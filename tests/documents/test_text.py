from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core import open_document
from rag_core.errors import UserError

FRENCH = "Le café était fermé ; les garçons mangeaient des œufs à Noël — naïve façade coûteuse."
# ruff: noqa: RUF001
RUSSIAN = "Привет, это обычный русский текст о том, как работает поиск по документам."
JAPANESE = "これは日本語の文章です。検索システムの評価について説明します。文書を分割して検索します。"
CHINESE = "这是一个中文文档，介绍检索增强生成的分块策略以及如何评估它们的效果。"

readable = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t"), min_size=1).filter(
    lambda text: text.strip() and not text.startswith("\ufeff") and "%PDF-" not in text
)


@given(readable)
def test_utf8_text_is_kept_exactly(text: str) -> None:
    document = open_document(text.encode("utf-8"), name="notes.txt")
    assert document.text == text
    assert [(page.number, page.start, page.end, page.width) for page in document.pages] == [(1, 0, len(text), None)]
    assert (document.parser, document.char_boxes, document.notices) == ("text", None, ())
    assert document.boxes(0, len(text)) == {}


@given(readable, st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_a_byte_order_mark_decides_and_is_removed(text: str, encoding: str) -> None:
    assert open_document(text.encode(encoding), name="notes.md").text == text


def test_line_ends_emoji_and_cjk_stay_as_they_are(tmp_path) -> None:
    text = "# Title\r\n\r\nfamily 👨‍👩‍👧 and e\u0301\r\n漢字\ttab\x0cform feed\n"
    path = tmp_path / "été 漢.md"
    path.write_bytes(text.encode())
    document = open_document(path)
    assert document.text == text
    assert document.name == "été 漢.md"


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (FRENCH, "cp1252", "Windows-1252"),
        ("smart \u201cquotes\u201d, it\u2019s fine", "cp1252", "Windows-1252"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8_r", "koi8_r"),
        (JAPANESE, "shift_jis", "cp932"),
        (CHINESE, "gb18030", "gb18030"),
    ],
)
def test_other_encodings_are_detected_with_a_notice(text: str, encoding: str, named: str) -> None:
    document = open_document((f"# Some English before it\n\n{text}\n").encode(encoding), name="old.txt")
    assert text in document.text
    assert named in document.notices[0]


def test_prose_about_pdf_is_text() -> None:
    assert open_document(b"A PDF begins with %PDF-1.7, says this note.", name="note.md").parser == "text"


def test_bytes_without_a_name_and_identity() -> None:
    first = open_document(b"same")
    assert first.name == "document"
    assert first.id == open_document(b"same", name="other.txt").id != open_document(b"other").id
    assert first.source == b"same"


def test_a_path_in_a_browsers_file_name_is_not_kept() -> None:
    assert open_document(b"text", name="..\\..\\etc/passwd.txt").name == "passwd.txt"


def test_what_begins_like_utf16_but_is_not_says_so() -> None:
    halves = "".join(f"a{chr(0xDC00 + n)}" for n in range(60))
    with pytest.raises(UserError, match=r"x\.txt begins like UTF-16 text, but 60 of its 120 characters do not fit"):
        open_document(b"\xff\xfe" + halves.encode("utf-16-le", "surrogatepass"), name="x.txt")

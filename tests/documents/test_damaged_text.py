"""Text files with a fault in their encoding: the fault is said, and the rest is read as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core import open_document
from rag_core.errors import UserError

# ruff: noqa: RUF001
FRENCH = "Le café était fermé ; les garçons mangeaient des œufs à Noël — naïve façade coûteuse.\n"
ENGLISH = "Otters hold hands while they sleep, so that none of them drifts away from the others.\n"
CHINESE = "这是一个中文文档，介绍检索增强生成的分块策略以及如何评估它们的效果。\n"
RUSSIAN = "Привет, это обычный русский текст о том, как работает поиск по документам.\n"
JAPANESE = "これは日本語の文章です。検索システムの評価について説明します。\n"
KOREAN = "검색 증강 생성은 문서를 작은 조각으로 나누어 찾는다.\n"


@pytest.mark.parametrize(
    ("data", "text", "notice"),
    [
        (FRENCH.encode() + b"\xff" + ENGLISH.encode(), f"{FRENCH}\ufffd{ENGLISH}", "1 place does not fit UTF-8"),
        ((ENGLISH + "😀").encode()[:-1], f"{ENGLISH}\ufffd", "1 place does not fit UTF-8"),
        ((ENGLISH + "😀").encode()[:-2], f"{ENGLISH}\ufffd", "1 place does not fit UTF-8"),
        ((FRENCH + "é").encode()[:-1], f"{FRENCH}\ufffd", "1 place does not fit UTF-8"),
        (CHINESE.encode()[:-3], CHINESE[:-2] + "\ufffd", "1 place does not fit UTF-8"),
        (
            (FRENCH * 2).encode() + "déjà vu\r\n".encode("latin-1") + FRENCH.encode(),
            f"{FRENCH * 2}d\ufffdj\ufffd vu\r\n{FRENCH}",
            "2 places do not fit UTF-8 and became \ufffd (U+FFFD), first in line 3.",
        ),
        (
            CHINESE.encode() * 3 + "一行\n".encode("gb18030") + CHINESE.encode(),
            f"{CHINESE * 3}" + "一行\n".encode("gb18030").decode("utf-8", "replace") + CHINESE,
            " fit UTF-8",
        ),
        (ENGLISH.encode() + b"\xff" + ENGLISH.encode(), f"{ENGLISH}\ufffd{ENGLISH}", "1 place does not fit UTF-8"),
        (ENGLISH.encode() + b"\xe2", f"{ENGLISH}\ufffd", "1 place does not fit UTF-8"),
        (b"\xef\xbb\xbf" + FRENCH.encode() + b"\xc3", f"{FRENCH}\ufffd", "1 place does not fit UTF-8"),
        (ENGLISH.encode("utf-16")[:-1], f"{ENGLISH[:-1]}\ufffd", "1 place does not fit UTF-16"),
        ((CHINESE * 9).encode("gb18030")[:-2], (CHINESE * 9)[:-2] + "\ufffd", "1 place does not fit gb18030"),
        (
            ("\ufffd" + FRENCH).encode() + b"\xff",
            f"\ufffd{FRENCH}\ufffd",
            "1 place does not fit UTF-8 and became \ufffd (U+FFFD), first in line 2.",
        ),
    ],
)
def test_a_fault_costs_no_more_than_itself(data: bytes, text: str, notice: str) -> None:
    document = open_document(data, name="faulty.txt")
    assert document.text == text
    assert notice in document.notices[-1]


@pytest.mark.parametrize(
    "data",
    [
        b"caf\xe9 noir\n" + ENGLISH.encode(),
        ENGLISH.encode() + b"\x93so\x94",
        b"\xe9" + ENGLISH.encode(),
        b"Caf\xe9 au lait, tr\xe8s chaud",
    ],
)
def test_latin_1_is_still_latin_1(data: bytes) -> None:
    document = open_document(data, name="old.txt")
    assert document.text == data.decode("cp1252")
    assert document.notices == (
        "It is not UTF-8 and was read as Windows-1252; save it as UTF-8 if letters look wrong.",
    )


@pytest.mark.parametrize(
    "text", [ENGLISH, FRENCH, CHINESE, RUSSIAN, JAPANESE, KOREAN, ENGLISH + CHINESE, "Hi there 😀!"]
)
@pytest.mark.parametrize(("encoding", "named"), [("utf-16-le", "UTF-16-LE"), ("utf-16-be", "UTF-16-BE")])
@pytest.mark.parametrize("rest", [b"", b"a"])
def test_utf16_without_a_mark_is_recognised(text: str, encoding: str, named: str, rest: bytes) -> None:
    document = open_document(text.encode(encoding) + rest, name="wide.txt")
    assert document.text == text + ("\ufffd" if rest else "")
    assert document.notices[0].startswith(f"It has no byte order mark and was read as {named}")
    assert len(document.notices) == 1 + len(rest)


@pytest.mark.parametrize("text", [ENGLISH * 9, FRENCH * 9, CHINESE * 9])
@pytest.mark.parametrize("count", [1, 3])
def test_a_nul_in_a_long_text_is_a_fault_of_it(text: str, count: int) -> None:
    data = text.encode().replace(b"\n", b"\0\n", count)
    document = open_document(data, name="nul.txt")
    assert document.text == text.replace("\n", "\ufffd\n", count)
    which = "1 NUL byte" if count == 1 else "3 NUL bytes"
    assert document.notices == (f"It has {which}, read as \ufffd (U+FFFD).",)


@pytest.mark.parametrize("data", [ENGLISH.encode().replace(b" ", b"\0"), b"words\0words", bytes(range(256)) * 9])
def test_many_of_them_are_a_binary_file(data: bytes) -> None:
    with pytest.raises(UserError, match="it looks like a binary file"):
        open_document(data, name="binary.txt")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip), st.integers(0, 99))
def test_one_bad_byte_leaves_all_else_of_utf8(text: str, place: int) -> None:
    text = FRENCH + text.replace("%PDF-", "").replace("\ufffd", "")
    place %= len(text) + 1
    data = text[:place].encode() + b"\xff" + text[place:].encode()
    assert open_document(data, name="bad.txt").text == f"{text[:place]}\ufffd{text[place:]}"

"""Lines of scripts that are written without spaces between words are joined without them."""

from __future__ import annotations

import pytest
from pdf_maker import glyphs_pdf

from rag_core import open_document
from rag_core.documents.reflow.scripts import first_word_length, space_between, spaces_foreign_words

# ruff: noqa: RUF001
STEP = 6.0  # points from one character to the next
CHINESE = (
    "检索增强生成把文档切成片段，再按问题找出最相关的片段。分块太小会丢失上下文，太大又会混入无关内容；评估要看召回率。"
)
JAPANESE = (
    "文書を小さな断片に分けると、検索は正確になるが文脈を失う。「大きな断片」はそれを保つが、ぼやけてしまうのである。"
)
THAI = "การแบ่งเอกสารเป็นส่วนย่อยทำให้การค้นหาแม่นยำขึ้นแต่สูญเสียบริบทของข้อความ"


def read(*lines: str, left: float = 50) -> str:
    return open_document(
        glyphs_pdf(*((left, 100 + 13 * n, line) for n, line in enumerate(lines))), name="made.pdf"
    ).text


def wrapped(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, THAI])
@pytest.mark.parametrize("width", [17, 20])
def test_a_paragraph_without_spaces_stays_without_them(text: str, width: int) -> None:
    assert read(*wrapped(text, width)) == text


def test_korean_lines_are_joined_with_the_space_that_they_were_broken_at() -> None:
    lines = [
        "검색 증강 생성은 문서를 작은",
        "조각으로 나누어 질문과 가장 가",
        "까운 조각을 찾는다 그러나 너무",
        "작으면 문맥을 잃는다",
    ]
    assert read(*lines) == " ".join(lines)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["我们使用 GPU", "进行训练的结果"], "我们使用 GPU 进行训练的结果"),
        (["我们使用GPU", "进行训练结果"], "我们使用GPU进行训练结果"),
        (["我们在这里使用", "GPU 进行训练吧"], "我们在这里使用 GPU 进行训练吧"),
        (["本报告发布于2019", "年春天的北京城里面"], "本报告发布于2019年春天的北京城里面"),
        (["我们使用了全部，", "GPU进行训练模型"], "我们使用了全部，GPU进行训练模型"),
        (["他说“今天很好”", "然后就离开了"], "他说“今天很好”然后就离开了"),
        (["全角ＡＢＣ文字", "ｱｲｳ半角カナ文"], "全角ＡＢＣ文字ｱｲｳ半角カナ文"),
        (["这是关于COVID-", "肺炎的研究报告吧"], "这是关于COVID-肺炎的研究报告吧"),
        (["これはデータベー", "スの検索である。"], "これはデータベースの検索である。"),
        (["The model reads", "the words again"], "The model reads the words again"),
    ],
)
def test_where_chinese_and_latin_words_meet_the_documents_habit_decides(lines: list[str], text: str) -> None:
    assert read(*lines) == text


def test_paragraphs_and_short_lines_stay_apart() -> None:
    body = wrapped(CHINESE, 20)
    page = [(50.0, 100.0, "苹果"), (50.0, 113.0, "香蕉牛奶"), (50.0, 126.0, "葡萄")]
    page += [(50.0, 180 + 13 * n, line) for n, line in enumerate(body)]
    page += [(50 + 2 * STEP, 180 + 13 * len(body), wrapped(JAPANESE, 20)[0][:18])]
    page += [(50.0, 193 + 13 * (len(body) + n), line) for n, line in enumerate(wrapped(JAPANESE[18:], 20))]
    text = open_document(glyphs_pdf(*page), name="made.pdf").text
    assert text == f"苹果\n香蕉牛奶\n葡萄\n\n{CHINESE}\n{JAPANESE}"


def test_every_character_of_a_joined_paragraph_has_its_box() -> None:
    lines = wrapped(CHINESE, 20)
    document = open_document(glyphs_pdf(*((50, 100 + 13 * n, line) for n, line in enumerate(lines))), name="made.pdf")
    boxes = document.boxes(15, 45)[1]
    lefts = [(round(box.left), round(box.right)) for box in boxes]
    assert lefts == [(140, 170), (50, 170), (50, 80)]


@pytest.mark.parametrize(
    ("before", "after", "spaced", "space"),
    [
        ("中", "文", True, ""),
        ("中", "A", True, " "),
        ("中", "A", False, ""),
        ("。", "A", True, ""),
        ("A", "「", True, ""),
        ("한", "중", True, " "),
        ("한", "。", False, " "),
        ("中", "한", False, " "),
        ("ไ", "ท", True, ""),
        ("a", "b", False, " "),
        ("😀", "a", False, " "),
        ("中", "—", True, ""),
    ],
)
def test_space_between(before: str, after: str, spaced: bool, space: str) -> None:
    assert space_between(before, after, spaced=spaced) == space


def test_the_habit_is_that_of_the_most_places() -> None:
    assert spaces_foreign_words([])
    assert spaces_foreign_words(["使用 GPU 和CPU"])
    assert not spaces_foreign_words(["使用GPU和 CPU"])


@pytest.mark.parametrize(
    ("text", "length"), [("中文字", 1), ("「中」文", 3), ("GPU进行", 3), ("two words", 3), ("", 0)]
)
def test_first_words(text: str, length: int) -> None:
    assert first_word_length(text) == length

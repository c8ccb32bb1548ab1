"""Transcripts as documents: which pages they fill, and what is said about those that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag_core import load_transcript, open_document
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.parts.parser.transcript import TranscriptParser
from rag_core.pipeline.rereading import reread
from rag_core.pipeline.transcripts import add_transcript, files_at
from tests.documents.pdf_maker import image_pdf, pages_pdf

PDF = pages_pdf(*([(72, 80, f"Printed page {number}")] for number in range(1, 6)))


@pytest.fixture(scope="module")
def printed() -> Document:
    return open_document(PDF, name="a.pdf")


def read(document: Document, **files: str) -> Document:
    named = [(f"{name.replace('_', ' ')}.md", text.encode()) for name, text in files.items()]
    return reread(document, add_transcript(document.source_id, named), None)


def text_of(document: Document, number: int) -> str:
    page = next(page for page in document.pages if page.number == number)
    return document.text[page.start : page.end]


def test_pages_stand_where_the_names_say_and_gaps_stay_empty(printed: Document) -> None:
    found = read(printed, page_4="# Four\n\nwords", page_2="Sure!\n\n```markdown\n## Two\n```")
    assert [text_of(found, number) for number in range(1, 6)] == ["", "## Two", "", "# Four\n\nwords", ""]
    assert found.text == "## Two\n\n# Four\n\nwords"
    assert found.notices == ("Pages 1, 3, 5 have no transcript: nothing of them is in the text.",)
    assert [(left.page, left.text, left.is_unseen) for left in found.left_out] == [(2, "Sure!", False)]
    assert (found.format, found.source_id, found.char_boxes) == ("pdf", printed.source_id, None)
    assert found.parser == "transcript"
    assert [(page.width, page.height) for page in found.pages] == [(page.width, page.height) for page in printed.pages]
    assert [(b.kind, b.level, found.text[slice(*b.span)]) for b in found.blocks] == [
        ("heading", 2, "Two"),
        ("heading", 1, "Four"),
    ]


def test_an_open_fence_spoils_no_other_page(printed: Document) -> None:
    found = read(printed, page_1="text\n\n```python\nx = 1", page_2="# Two")
    assert [found.text[slice(*block.span)] for block in found.blocks] == ["Two"]


def test_pages_that_the_document_does_not_have_are_said(printed: Document) -> None:
    found = read(printed, page_1="one", page_9="nine")
    assert "nine" not in found.text
    assert found.notices[0] == "page 9.md was not used: it is page 9, and the document has 5."
    with pytest.raises(UserError, match=r"^a\.pdf has no page .*page 9, and the document has 5"):
        read(printed, page_9="nine")


def test_a_refusal_and_an_empty_file_are_said_and_not_filled(printed: Document) -> None:
    found = read(printed, page_1="one", page_2="I'm sorry, I can't assist with that.", page_3=" ")
    assert [text_of(found, number) for number in (1, 2, 3)] == ["one", "", ""]
    assert found.notices[0].startswith("Page 2 (page 2.md) was not read: in place of a transcript, the model refused")
    assert found.notices[1] == "Page 3 (page 3.md) was not read: its transcript is empty."
    assert found.notices[2] == "Pages 4–5 have no transcript: nothing of them is in the text."  # noqa: RUF001


def test_one_file_with_marks_is_all_pages(printed: Document) -> None:
    found = read(printed, book="<!-- page 2 -->\ntwo\n<!-- page 3 -->\nthree")
    assert [text_of(found, number) for number in (2, 3)] == ["two", "three"]
    feeds = read(printed, book="one\ftwo\f\ffour")
    assert [text_of(feeds, number) for number in range(1, 5)] == ["one", "two", "", "four"]


def test_a_file_without_a_page_is_the_page_of_a_document_with_one(printed: Document) -> None:
    single = open_document(pages_pdf([(72, 80, "Printed")]), name="one.pdf")
    assert read(single, notes="words").text == "words"
    with pytest.raises(UserError, match="the document has 5 pages, and it does not tell which"):
        read(printed, notes="words")


def test_what_belongs_to_no_page_is_said(printed: Document) -> None:
    found = read(printed, page_1="one", readme="about")
    assert found.notices[0].startswith("readme.md was not used, or only in part: it does not tell which page it is.")
    two = read(printed, page_1="one", page_2="two\f and more")
    assert two.notices[0].startswith("page 2.md was not used: its name says page 2, and it has 2 pages")
    other = read(printed, page_1="one", page_2="--- page 3 ---\nthree")
    assert other.notices[0] == "page 2.md was not used: its name says page 2, and its mark page 3."


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([("page_1.md", b"a"), ("p-1.md", b"b")], "Page 1 has two transcripts: page_1.md and p-1.md"),
        ([("page_0.md", b"a"), ("page_1.md", b"b")], "page_0.md is page 0, and pages count from 1"),
        ([("x.md", b"a"), ("y.md", b"b")], "x.md was not used, or only in part"),
        ([], "has no files"),
        ([("page_1.md", b"%PDF-1.7 and so on")], "page_1.md is not a transcript"),
        ([("page_1.md", b"\x89PNG\r\n\x1a\n")], "page_1.md is not text: it looks like a PNG image"),
    ],
)
def test_sets_that_cannot_be_matched_are_refused(
    printed: Document, files: list[tuple[str, bytes]], problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        add_transcript(printed.source_id, files)


def test_encodings_are_detected_and_said(printed: Document) -> None:
    utf16 = reread(printed, add_transcript(printed.source_id, [("1.md", "naïve".encode("utf-16"))]), None)
    assert text_of(utf16, 1) == "naïve"
    old = reread(printed, add_transcript(printed.source_id, [("1.md", "café naïve façade".encode("cp1252"))]), None)
    assert text_of(old, 1) == "café naïve façade"
    assert old.notices[0].startswith("1.md: It is not UTF-8")


def test_a_strategy_holds_the_content_and_no_path(printed: Document) -> None:
    one, same, other = (add_transcript(printed.source_id, [("page_1.md", text)]) for text in (b"one", b"one", b"other"))
    assert one == same != other
    assert reread(printed, one, None).id != reread(printed, other, None).id
    assert "page_1" not in one.model_dump_json()
    assert one.short() == f"transcript {one.transcripts[:8]}"


def test_a_set_has_a_transcript_for_each_document(printed: Document) -> None:
    text = open_document(b"The text layer", name="layer.txt")
    first = add_transcript(printed.source_id, [("page_1.md", b"one")])
    both = add_transcript(text.source_id, [("layer.md", b"layer")], first)
    assert (reread(printed, both, None).text, reread(text, both, None).text) == ("one", "layer")
    with pytest.raises(UserError, match=r"layer\.txt has no transcript. Load its Markdown files"):
        reread(text, first, None)


def test_transcripts_that_are_not_here_are_asked_for(printed: Document) -> None:
    with pytest.raises(UserError, match=r"a\.pdf has no transcript"):
        reread(printed, TranscriptParser(), None)
    with pytest.raises(UserError, match="The transcripts 000000000000… are not on this machine"):
        reread(printed, TranscriptParser(transcripts="0" * 64), None)


def test_a_folder_is_read_with_its_markdown_files_only(tmp_path: Path, printed: Document) -> None:
    (tmp_path / "page_1.md").write_text("one")
    (tmp_path / "page_2.txt").write_text("two")
    (tmp_path / "page_3.png").write_bytes(b"\x89PNG")
    assert [name for name, _ in files_at([tmp_path])] == ["page_1.md", "page_2.txt"]
    assert text_of(open_document(PDF, name="a.pdf", parser=load_transcript(printed, tmp_path)), 2) == "two"
    scan = image_pdf(2)
    assert open_document(scan, name="scan.pdf", parser=load_transcript(scan, tmp_path)).text == "one\n\ntwo"
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="has no files that end in"):
        files_at([tmp_path / "empty"])
    with pytest.raises(UserError, match=r"page_7\.md could not be read"):
        files_at([tmp_path / "page_7.md"])


def test_real_replies_are_read_without_the_paper(shared_data: Path) -> None:
    layer = open_document(shared_data / "vision" / "text_layer_pages_23_24.txt")
    files = [shared_data / "vision" / name for name in ("page_23.md", "page_24.md")]
    found = reread(layer, load_transcript(layer, files), None)
    assert [page.number for page in found.pages] == [23, 24]
    assert found.notices == ()
    assert [left.text for left in found.left_out] == ["Sure! Here\u2019s the extracted content in markdown format:"]
    assert "14.83" in text_of(found, 23)
    assert text_of(found, 24).startswith("## 4.2.2 Safety")
    assert found.source_id == layer.source_id
    assert [block.kind for block in found.blocks].count("table") == 1

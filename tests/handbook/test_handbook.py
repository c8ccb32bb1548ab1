"""The sample document and its questions have what they should, and are what the scripts build."""

import json
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from rag_core import open_document
from rag_core.documents.document import Document
from rag_core.parts.chunker.sentence import SentenceChunker
from tests.paths import ROOT
from tests.resources import RESOURCES

HANDBOOK = ROOT / "handbook"
SAMPLE = ROOT / "rag_core" / "sample"
PDF = SAMPLE / "handbook.pdf"
KINDS = {
    "easy": 23, "cross_page": 3, "border": 10, "table": 10, "footnote": 11, "two_places": 11, "paraphrase": 12,
}  # fmt: skip
STRAIGHT_QUOTES = {0x2019: "'", 0x201C: '"', 0x201D: '"'}


def run(script: str, target: Path) -> bytes:
    subprocess.run([sys.executable, str(HANDBOOK / script), str(target)], check=True, capture_output=True)
    return target.read_bytes()


def pages() -> list[str]:
    pdf = pypdfium2.PdfDocument(PDF)
    try:
        return [page.get_textpage().get_text_range() for page in pdf]
    finally:
        pdf.close()


@pytest.fixture(scope="module")
def document() -> Document:
    return open_document(PDF)


@pytest.fixture(scope="module")
def source() -> str:
    return (HANDBOOK / "handbook.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def question_set() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLE / "questions.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def questions(question_set: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = question_set["questions"]
    return found


def of_kind(questions: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [question for question in questions if question["kind"] == kind]


def test_the_committed_pdf_is_what_the_script_builds(tmp_path: Path) -> None:
    assert run("build_handbook.py", tmp_path / "handbook.pdf") == PDF.read_bytes()


def test_the_committed_questions_are_what_the_script_builds(tmp_path: Path) -> None:
    assert run("build_questions.py", tmp_path / "questions.json") == (SAMPLE / "questions.json").read_bytes()


def test_the_handbook_has_28_to_44_pages() -> None:
    assert 28 <= len(pages()) <= 44


def test_the_text_layer_is_plain_text() -> None:
    # Ligatures and replacement characters would make words that no search finds.
    assert not re.findall("[\ufb00-\ufb06\ufffd\ue000-\uf8ff]", "".join(pages()))


def test_every_font_is_embedded() -> None:
    pdf = pypdfium2.PdfDocument(PDF)
    raw = pypdfium2.raw
    try:
        texts = [item for page in pdf for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])]
        assert texts
        assert all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item.raw)) == 1 for item in texts)
    finally:
        pdf.close()


def test_tables_footnotes_glossary_and_columns_are_there(source: str) -> None:
    assert len(re.findall(r"^\*\*Table \d\.\*\*", source, re.MULTILINE)) == 6
    assert len(re.findall(r"^\|:-", source, re.MULTILINE)) == 6
    assert len(re.findall(r"^\[\^\w+\]:", source, re.MULTILINE)) >= 6
    assert len(re.findall(r"^- \*\*", source, re.MULTILINE)) >= 30
    assert source.count("<!-- two-columns -->") == 1


def test_the_two_column_page_is_read_column_by_column(source: str, document: Document) -> None:
    section = source.partition("<!-- two-columns -->")[2].partition("<!-- /two-columns -->")[0]
    words = re.sub(r"[#*_]", "", section).split()
    start = document.text.index("12 Failure modes\n")
    read = document.text[start:].translate(STRAIGHT_QUOTES).split()
    assert read[: len(words)] == words


def test_the_contents_name_the_pages_on_which_sections_begin() -> None:
    contents, *rest = pages()
    entries = re.findall(r"^(\d+ .+?) (\d+)\s*$", contents, re.MULTILINE)
    assert len(entries) == 16
    for title, number in entries:
        assert re.search(rf"^{re.escape(title)}\s*$", rest[int(number) - 2], re.MULTILINE), title


def test_sections_that_the_text_names_exist(source: str) -> None:
    named = set(re.findall(r"[Ss]ection\s+(\d+(?:\.\d+)?)", source))
    headings = set(re.findall(r"^#+ (\d+(?:\.\d+)?) ", source, re.MULTILINE))
    assert named
    assert named <= headings


def test_there_are_80_questions_of_the_stated_kinds(questions: list[dict[str, Any]]) -> None:
    assert len(questions) == 80
    assert Counter(question["kind"] for question in questions) == KINDS
    assert len({question["id"] for question in questions}) == 80
    assert len({question["question"] for question in questions}) == 80
    assert sum(question["suggested"] for question in questions) == 4


def test_every_span_is_its_content(question_set: dict[str, Any], document: Document) -> None:
    assert question_set["document"] == {"name": PDF.name, "sha256_text": document.text_hash}
    for question in question_set["questions"]:
        assert question["references"]
        for reference in question["references"]:
            assert reference["content"].strip() == reference["content"] != ""
            assert document.text[reference["start_index"] : reference["end_index"]] == reference["content"]


def test_answers_in_two_places_have_distant_spans(questions: list[dict[str, Any]]) -> None:
    for question in of_kind(questions, "two_places"):
        spans = sorted((r["start_index"], r["end_index"]) for r in question["references"])
        assert len(spans) >= 2
        assert all(second[0] - first[1] > 1000 for first, second in pairwise(spans))


def test_border_answers_are_whole_in_no_chunk(questions: list[dict[str, Any]], document: Document) -> None:
    cuts = [SentenceChunker(chunk_tokens=size, overlap_tokens=20).chunk(document, RESOURCES) for size in (1024, 256)]
    for question in of_kind(questions, "border"):
        (reference,) = question["references"]
        start, end = reference["start_index"], reference["end_index"]
        assert any(not any(c.start <= start and end <= c.end for c in chunks) for chunks in cuts), question["id"]


def test_footnote_answers_are_in_footnotes(questions: list[dict[str, Any]], source: str) -> None:
    notes = " ".join(" ".join(re.findall(r"^\[\^\w+\]: (.+(?:\n    .+)*)", source, re.MULTILINE)).split())
    for question in of_kind(questions, "footnote"):
        for reference in question["references"]:
            content = " ".join(reference["content"].split())
            assert content.translate(STRAIGHT_QUOTES) in notes


def test_paraphrases_share_hardly_a_word_with_their_answer(questions: list[dict[str, Any]]) -> None:
    def words(text: str) -> set[str]:
        return set(re.findall(r"\w{5,}", text.lower()))

    for question in of_kind(questions, "paraphrase"):
        answer = words(" ".join(reference["content"] for reference in question["references"]))
        assert len(words(question["question"]) & answer) <= 1, question["id"]

"""The parser pypdf gives what LlamaIndex's PDFReader gives, and so does the exported program; both find the same."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from rag_core import compare, open_document, preset
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from tests.documents.pdf_maker import encrypted_pdf, pages_pdf, prose_lines
from tests.paths import ROOT

HANDBOOK = ROOT / "rag_core" / "sample" / "handbook.pdf"
PAPER = ROOT.parent / "shared" / "data" / "papers" / "llama.pdf"
needs_paper = pytest.mark.skipif(not PAPER.exists(), reason="needs the papers beside the project")
SPEC = "baseline:parser.kind=pypdf,chunker.chunk_tokens=200,chunker.overlap_tokens=20,search.kind=bm25,budget.hits=4"
QUESTION = "How large should a chunk be?"


def texts_of_pdf_reader(path: Path) -> list[str]:
    """The texts of the documents that PDFReader makes, one for each page; without its package, what its source does."""
    if importlib.util.find_spec("llama_index.readers") and importlib.util.find_spec("llama_index.readers.file"):
        from llama_index.readers.file import PDFReader

        return [document.text for document in PDFReader().load_data(path)]
    from pypdf import PdfReader

    pdf = PdfReader(path)
    return [pdf.pages[index].extract_text() for index in range(len(pdf.pages))]


@pytest.mark.parametrize(
    "path", [HANDBOOK, pytest.param(PAPER, marks=pytest.mark.skipif(not PAPER.exists(), reason="needs the papers"))]
)
def test_every_page_is_what_pdf_reader_gives(path: Path) -> None:
    document = open_document(path, parser="pypdf")
    texts = texts_of_pdf_reader(path)
    assert [document.text[page.start : page.end] for page in document.pages] == texts
    assert document.text == "\n\n".join(texts)  # as the notebook joins them
    assert document.char_boxes is None
    assert all(page.width and page.height for page in document.pages)


def test_the_exported_program_reads_the_same_text() -> None:
    module: dict[str, object] = {}
    exec(compile(llama_index_program(preset(SPEC)), "program", "exec"), module)
    document = open_document(HANDBOOK, parser="pypdf")
    read = module["read"](str(HANDBOOK))  # type: ignore[operator]
    assert read["text"] == document.text
    assert [(p["number"], p["start"], p["end"]) for p in read["pages"]] == [
        (page.number, page.start, page.end) for page in document.pages
    ]


def test_the_exported_program_finds_the_same(tmp_path: Path, vectors: Vectors) -> None:
    (tmp_path / "program.py").write_text(llama_index_program(preset(SPEC)), encoding="utf-8")
    command = [sys.executable, "-I", "program.py", str(HANDBOOK), QUESTION]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, encoding="utf-8")
    hits = compare([open_document(HANDBOOK)], QUESTION, [preset(SPEC)], vectors=vectors).columns[0].hits
    printed = json.loads(run.stdout)
    assert len(printed) == 4
    assert [(hit["rank"], hit["text"]) for hit in printed] == [(hit.rank, hit.text) for hit in hits]
    assert [hit["score"] for hit in printed] == pytest.approx([hit.score for hit in hits], abs=1e-4)


def test_an_encrypted_file_is_read_with_its_password() -> None:
    document = open_document(encrypted_pdf("Seven herons.", user="sesame"), parser="pypdf", password="sesame")
    assert document.text.strip() == "Seven herons."


def test_a_page_without_text_is_named() -> None:
    document = open_document(pages_pdf(prose_lines("Words of a page."), []), name="two.pdf", parser="pypdf")
    assert [page.number for page in document.pages] == [1, 2]
    assert any(notice.startswith("Page 2 has no text that pypdf finds") for notice in document.notices)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("baseline:parser.kind=layout", "LlamaIndex has no reader that gives the text of the parser layout"),
        ("baseline:parser.kind=pdfium,parser.keep_unseen=true", "DOC --parser pdfium:keep_unseen=true --json"),
        (SPEC, "pypdf reads page by page as LlamaIndex's PDFReader does"),
    ],
)
def test_a_program_says_how_it_gets_the_text(spec: str, words: str) -> None:
    assert words in " ".join(llama_index_program(preset(spec)).split())


def test_fields_of_a_parser_can_be_named() -> None:
    pdf = pages_pdf(prose_lines("Words of a page."))
    document = open_document(pdf, name="a.pdf", parser="pdfium:keep_unseen=true")
    assert (document.parser, document.parser_fields) == ("pdfium", '{"keep_unseen":true}')

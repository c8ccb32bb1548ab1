"""Columns with different parsers of one PDF: each has its own text, and these are laid over each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core import compare, evaluate, open_document, preset
from rag_core.cli.main import main
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.evaluation.question_sets import Question, Reference
from rag_core.geometry import Span
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.overlap_tables import by_all_html, only_html
from rag_core.pipeline.aligned import alignment_notices
from rag_core.pipeline.compare import compare_columns
from rag_core.pipeline.enrichment import chunks_of
from rag_core.pipeline.rereading import reread
from rag_core.pipeline.results import Comparison
from tests.documents.pdf_maker import pages_pdf, prose_lines
from tests.fakes.tiny_model import TinyModel

OTTERS = "Otters hold hands while they sleep. They eat sea urchins and crabs."
BEES = "Bees dance to tell where flowers are. They make honey in their hives."
QUESTION = "What do otters eat?"
SMALL = "chunker.chunk_tokens=16,chunker.overlap_tokens=0"
PLAIN, TOY = f"baseline:{SMALL}", f"baseline:{SMALL},parser.kind=toy_parser"
FIRST_PAGE = f"{TOY},parser.max_pages=1"


@pytest.fixture(autouse=True)
def toy_parser(import_slot: Callable[[str], object]) -> None:
    """A parser that gives capital letters, and can stop after a number of pages."""
    import_slot("parser")


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return pages_pdf(prose_lines(OTTERS), prose_lines(BEES))


@pytest.fixture
def document(pdf: bytes) -> Document:
    return open_document(pdf, name="animals.pdf")


@pytest.fixture
def vectors() -> Vectors:
    return Vectors(TinyModel())


def compared(document: Document, vectors: Vectors, *specs: str) -> Comparison:
    return compare([document], QUESTION, [preset(spec) for spec in specs], vectors=vectors)


def test_each_column_has_the_text_of_its_parser(document: Document, vectors: Vectors) -> None:
    plain, toy, first_page = compared(document, vectors, PLAIN, TOY, FIRST_PAGE).columns
    assert all(hit.text in document.text for hit in plain.hits)
    assert all(hit.text.isupper() for hit in [*toy.hits, *first_page.hits])
    assert {page for hit in first_page.hits for page in hit.pages} == {1}
    assert len({column.hits[0].document for column in (plain, toy, first_page)}) == 3


def test_each_text_is_listed_once_with_the_source_that_they_share(document: Document, vectors: Vectors) -> None:
    comparison = compared(document, vectors, PLAIN, TOY, f"{TOY},budget.hits=1", FIRST_PAGE)
    assert [info.id for info in comparison.documents] == list(
        dict.fromkeys(column.hits[0].document for column in comparison.columns)
    )
    assert len(comparison.documents) == 3
    assert {info.source_id for info in comparison.documents} == {document.source_id}
    assert {info.name for info in comparison.documents} == {"animals.pdf"}


def test_a_column_with_another_parser_is_the_same_as_alone(document: Document, vectors: Vectors) -> None:
    together = compared(document, vectors, PLAIN, TOY).columns
    for column, spec in zip(together, (PLAIN, TOY), strict=True):
        [alone] = compared(document, Vectors(TinyModel()), spec).columns
        assert alone.hits == column.hits


def test_a_parser_for_another_format_is_ignored_with_a_notice(vectors: Vectors) -> None:
    note = open_document(OTTERS.encode(), name="note.txt")
    plain, toy = compared(note, vectors, PLAIN, TOY).columns
    assert toy.hits == plain.hits
    assert plain.notices == []
    [notice] = toy.notices
    assert "toy_parser" in notice
    assert "note.txt" in notice


def test_hits_under_two_parsers_are_compared(document: Document, vectors: Vectors) -> None:
    strategies = [preset(f"{spec},budget.hits=50") for spec in (PLAIN, TOY, FIRST_PAGE)]
    ready = compare_columns([document], QUESTION, strategies, vectors=vectors)
    texts = {found.id: found for column in ready for found in column.documents}
    comparison = compare([document], QUESTION, strategies, vectors=vectors)
    view = ComparisonView(comparison, [texts[info.id] for info in comparison.documents], ["A", "B", "C"])
    shared = view.overlap.shared
    assert shared[0][1] == pytest.approx(1, abs=0.02)
    assert shared[1][0] == pytest.approx(1, abs=0.02)
    assert shared[2][0] == pytest.approx(1, abs=0.02)
    assert shared[0][2] == pytest.approx(len(OTTERS) / len(OTTERS + BEES), abs=0.02)
    assert "BEES" not in by_all_html(view).upper()
    assert "Otters" in by_all_html(view)
    assert "Bees" not in only_html(view, 0)


def test_what_cannot_be_laid_over_each_other_is_said(document: Document) -> None:
    toy, first_page = (reread(document, preset(spec).parser, None) for spec in (TOY, FIRST_PAGE))
    [whole, part] = alignment_notices([document, toy, first_page])
    assert "100 % of the letters of the first have a place in the second, and 100 % the other way" in whole
    assert "100 % of the letters of the first have a place in the second, and 50 % the other way" in part
    assert "toy_parser" in part
    assert "pdfium" in part


def test_gold_excerpts_of_one_parsers_text_count_under_another(document: Document, vectors: Vectors) -> None:
    start = document.text.index("They eat")
    gold = Reference(Span(start, start + 31), document.text[start : start + 31])
    questions = [Question("q1", QUESTION, "animals.pdf", (gold,))]
    strategies = [preset(f"{spec},budget.hits=50") for spec in (PLAIN, TOY)]
    plain, toy = evaluate([document], questions, strategies, vectors=vectors).strategies
    assert toy.recall == plain.recall
    assert toy.iou == plain.iou
    assert plain.notices == []
    [notice] = toy.notices
    assert "animals.pdf" in notice
    assert "pdfium" in notice
    assert "toy_parser" in notice
    assert "100 % of their characters" in notice


def test_what_a_parser_does_not_read_counts_as_not_retrieved(document: Document, vectors: Vectors) -> None:
    start, end = document.text.index("crabs") - 20, document.text.index("Bees dance") + 20
    gold = Reference(Span(start, end), document.text[start:end])
    questions = [Question("q1", QUESTION, "animals.pdf", (gold,))]
    [measured] = evaluate([document], questions, [preset(f"{FIRST_PAGE},budget.hits=50")], vectors=vectors).strategies
    kept = document.text.index("crabs") + 6 - start
    assert measured.recall == pytest.approx(kept / (end - start), abs=0.06)
    assert measured.notices[0].endswith("the rest counts as not retrieved.")


def test_a_language_model_writes_about_the_text_of_the_columns_parser(document: Document, vectors: Vectors) -> None:
    written = f"metadata_references:{SMALL},reference.writer=llm"
    for parser, is_upper in (("default", False), ("toy_parser", True)):
        chunks = chunks_of(preset(f"{written},parser.kind={parser}"), [document], vectors)
        texts = [chunk.document.text[chunk.span.start : chunk.span.end] for chunk in chunks]
        assert [text.isupper() for text in texts] == [is_upper] * len(texts)
        assert texts


def test_gold_excerpts_of_a_parsers_text_are_measured_with_any_parser(
    pdf: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "animals.pdf").write_bytes(pdf)
    text = open_document(pdf, parser="toy_parser").text
    start = text.index("THEY EAT")
    gold = {"content": text[start : start + 34], "start_index": start, "end_index": start + 34}
    questions = {"document": {"name": "animals.pdf"}, "questions": [{"question": QUESTION, "references": [gold]}]}
    (tmp_path / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
    command = ["evaluate", str(tmp_path / "animals.pdf"), "--questions", str(tmp_path / "questions.json")]
    command += ["--strategy", f"{PLAIN},budget.hits=50", "--json"]
    assert main([*command, "--parser", "toy_parser"]) == 0
    [measured] = json.loads(capsys.readouterr().out)["strategies"]
    assert measured["strategy"]["parser"]["kind"] == "toy_parser"
    assert measured["recall"] > 0.9  # the white space between two chunks is in none
    assert main(command) == 0
    values = json.loads(capsys.readouterr().out)
    [by_default] = values["strategies"]
    assert by_default["recall"] > 0.9
    assert "toy_parser" in by_default["notices"][0]
    assert {asked["document"] for asked in values["questions"]} <= {one["id"] for one in values["documents"]}
    gold["content"] = "Excerpts of no parser's text, at all."
    (tmp_path / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
    assert main(command) == 2


def test_one_file_opened_with_two_parsers_is_one_text_for_a_column_with_one(pdf: bytes, vectors: Vectors) -> None:
    both = [open_document(pdf, name="animals.pdf", parser=parser) for parser in ("pdfium", "toy_parser")]
    strategies = [preset(f"{PLAIN},budget.hits=50"), preset(f"{PLAIN},parser.kind=pdfium,budget.hits=50")]
    either, one = compare(both, QUESTION, strategies, vectors=vectors).columns
    assert {hit.document for hit in either.hits} == {document.id for document in both}
    assert {hit.document for hit in one.hits} == {both[0].id}
    assert len({(hit.start, hit.end) for hit in one.hits}) == len(one.hits)


def test_the_command_line_compares_parsers(pdf: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "animals.pdf"
    path.write_bytes(pdf)
    command = ["compare", str(path), "-q", QUESTION, "--strategy", PLAIN, "--strategy", FIRST_PAGE, "--json"]
    assert main(command) == 0
    printed = capsys.readouterr()
    values = json.loads(printed.out)
    one, other = values["documents"]
    assert (one["parser"], other["parser"]) == ("pdfium", "toy_parser")
    [aligned] = values["alignments"]
    assert (aligned["document"], aligned["onto"], aligned["share"]) == (other["id"], one["id"], 1.0)
    assert 0.4 < aligned["share_of_onto"] < 0.6
    assert "100 % of the letters of the first have a place in the second, and 50 % the other way" in printed.err
    assert one["id"] != other["id"]
    assert one["source_id"] == other["source_id"]
    assert one["characters"] > other["characters"] > 0
    assert (one["pages"], other["pages"]) == (2, 1)
    plain, toy = values["columns"]
    assert toy["strategy"]["parser"] == {"kind": "toy_parser", "max_pages": 1}
    assert {hit["document"] for hit in plain["hits"]} == {one["id"]}
    assert {hit["document"] for hit in toy["hits"]} == {other["id"]}
    assert all(hit["text"].isupper() for hit in toy["hits"])


def test_a_parser_for_all_columns_does_not_replace_a_parser_in_a_spec(
    pdf: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "animals.pdf"
    path.write_bytes(pdf)
    specs = ["--strategy", PLAIN, "--strategy", f"{PLAIN},parser.kind=pdfium"]
    assert main(["compare", str(path), "-q", QUESTION, "--parser", "toy_parser", *specs, "--json"]) == 0
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert [column["strategy"]["parser"]["kind"] for column in columns] == ["toy_parser", "pdfium"]
    assert [column["hits"][0]["text"].isupper() for column in columns] == [True, False]

"""The contract of every parser: the registered ones, and two toy parsers from outside the package."""

from __future__ import annotations

import hashlib
import random
import threading

import numpy as np
import pytest

from rag_core import open_document, preset
from rag_core.documents.blocks import Block
from rag_core.documents.document import Document
from rag_core.documents.limits import Limits
from rag_core.documents.sandbox import run as sandbox
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.parts import build, kinds
from rag_core.parts.parser import Parser, get_parser, parser_names
from rag_core.parts.parser.transcript import TranscriptParser
from rag_core.pipeline import rereading
from rag_core.pipeline.rereading import reread
from rag_core.pipeline.transcripts import add_transcript
from rag_core.stages.source import Source
from tests.documents.pdf_maker import pages_pdf
from tests.fakes.toy_parser import InProcessToyParser, ToyParser

PDF = pages_pdf([(72, 80, "Good words")], [(72, 80, "More words")])
FILES = {"pdf": (PDF, "a.pdf"), "text": ("Good wörds".encode(), "a.txt")}
TOYS = [ToyParser, InProcessToyParser]
PARSERS = [*kinds("parser").values(), *TOYS]
every_parser = pytest.mark.parametrize("kind", PARSERS, ids=lambda part: part.kind_name())
# The others read no page before the user has seen what it takes.
AT_ONCE = [part for part in PARSERS if part().paged() is None]
every_parser_at_once = pytest.mark.parametrize("kind", AT_ONCE, ids=lambda part: part.kind_name())
every_toy = pytest.mark.parametrize("kind", TOYS, ids=lambda part: part.kind_name())


def source_of(document_format: str) -> Source:
    return Source(*FILES[document_format])


def made(kind: type[Parser]) -> Parser:
    """The parser of a kind; the one for transcripts has one for each of the files."""
    if kind is not TranscriptParser:
        return kind()
    parser = None
    for data, name in FILES.values():
        parser = add_transcript(open_document(data, name=name).source_id, [("page 1.md", b"Good words")], parser)
    assert parser is not None
    return parser


@every_parser_at_once
def test_the_document_is_whole(kind: type[Parser]) -> None:
    for document_format in kind.formats:
        source = source_of(document_format)
        document = made(kind).read(source, None)
        assert "good w" in document.text.lower()
        assert (document.format, document.source, document.name) == (document_format, source.data, source.name)
        assert document.source_id == hashlib.sha256(source.data).hexdigest()
        assert document.parse_ms > 0
        behind = 0
        for page in document.pages:
            assert behind <= page.start <= page.end
            assert not document.text[behind : page.start].strip()
            behind = page.end
        assert not document.text[behind:].strip()
        if document.char_boxes is not None:
            blank = np.array([char.isspace() for char in document.text])
            assert np.array_equal(np.isnan(document.char_boxes[:, 0]), blank)


@every_parser_at_once
def test_reading_again_gives_the_same_document(kind: type[Parser]) -> None:
    for document_format in kind.formats:
        first, second = (made(kind).read(source_of(document_format), None) for _ in range(2))
        assert (first.id, first.text, first.pages, first.blocks) == (
            second.id,
            second.text,
            second.pages,
            second.blocks,
        )
        assert made(kind).has_read(first)


@every_parser
def test_empty_files_are_refused(kind: type[Parser]) -> None:
    for data in (b"", b" \n\t"):
        with pytest.raises(UserError, match=r"^a\.txt is empty"):
            made(kind).read(Source(data, "a.txt"), None)


@every_parser
def test_hostile_bytes_give_a_user_error(kind: type[Parser]) -> None:
    chance = random.Random(3)
    damaged = bytearray(PDF)
    for index in range(20, len(damaged)):
        damaged[index] = chance.randrange(256)
    for data, name in ((bytes(damaged), "a.pdf"), (b"words\0words", "a.txt"), (b"\x89PNG\r\n\x1a\n", "a.pdf")):
        with pytest.raises(UserError, match=rf"^{name} ") as caught:
            made(kind).read(Source(data, name), None)
        assert "\n" not in str(caught.value)


@every_parser
def test_an_unsupported_format_is_refused_with_the_parsers_that_support_it(kind: type[Parser]) -> None:
    for document_format in {"pdf", "text"} - set(kind.formats):
        with pytest.raises(UserError, match=f"The parsers for it are: {', '.join(parser_names(document_format))}"):
            kind().read(source_of(document_format), None)


@pytest.mark.parametrize("kind", ["ocr", "vision"])
@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.pdf", "a.pdf is empty: it has no bytes."),
        (b"words", "a.pdf", "a.pdf is not a PDF: it looks like plain text"),
        (b"# Words", "a.md", "a.md is text, and the parser"),
    ],
)
def test_a_file_is_checked_before_its_pages_are_offered(kind: str, data: bytes, name: str, message: str) -> None:
    with pytest.raises(UserError, match=f"^{message}"):
        open_document(data, name=name, parser=kind)


@pytest.mark.parametrize(("parser", "document_format"), [("pdfium", "pdf"), ("text", "text")])
def test_the_default_picks_by_format_and_ids_are_as_in_links(parser: str, document_format: str) -> None:
    data, name = FILES[document_format]
    for asked in ("default", parser, get_parser("default"), get_parser(parser)):
        document = open_document(data, name=name, parser=asked)
        assert document.parser == parser
        assert document.id == hashlib.sha256(parser.encode() + b"\0" + data).hexdigest()


def test_ids_of_known_files() -> None:
    assert open_document(b"same").id == "63b8984c122c71449fa44964324ebe349cbba49db511ef5d589aadc3300c778c"
    assert Document.from_text("same").id == open_document(b"same").id


@every_toy
def test_fields_reach_the_reader_and_the_id(kind: type[Parser]) -> None:
    upper, lower, marked = kind(), kind(letters="lower"), kind(letters="lower", heading=True)
    for document_format in kind.formats:
        read = [parser.read(source_of(document_format), None) for parser in (upper, lower, marked)]
        assert read[0].text.startswith("GOOD W")
        assert read[1].text == read[2].text
        assert read[1].text.startswith("good w")
        assert [document.blocks for document in read] == [(), (), (Block(Span(0, 1), "heading", 1),)]
        assert len({document.id for document in read}) == 3
        assert read[0].id == hashlib.sha256(upper.kind.encode() + b"\0" + read[0].source).hexdigest()
        assert read[2].parser_fields == '{"heading":true,"letters":"lower"}'
        assert not lower.has_read(read[0])


def test_only_the_sandboxed_toy_starts_a_child(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: pytest.fail("a child process was started"))
    assert InProcessToyParser().read(source_of("pdf"), None).text.startswith("GOOD")
    with pytest.raises(pytest.fail.Exception, match="a child"):
        ToyParser().read(source_of("pdf"), None)


def test_a_registered_toy_is_available_everywhere(register_part) -> None:
    register_part(ToyParser)
    assert (parser_names("pdf")[:2], parser_names("pdf")[-1]) == (["default", "pdfium"], "toy")
    assert open_document(PDF, name="a.pdf", parser="toy").text.startswith("GOOD WORDS")
    assert open_document(PDF, name="a.pdf").parser == "pdfium"
    strategy = preset("baseline:parser.kind=toy,parser.letters=lower")
    assert strategy.parser == ToyParser(letters="lower")
    assert type(strategy).model_validate_json(strategy.model_dump_json()) == strategy


def test_strategies_from_before_the_slot_load_with_the_default() -> None:
    values = preset("baseline").model_dump()
    del values["parser"]
    assert type(preset("baseline")).model_validate(values).parser == build("parser", {"kind": "default"})


@pytest.fixture
def _no_readings():
    rereading._cache.clear()


@pytest.mark.usefixtures("_no_readings")
def test_a_document_is_read_again_once_under_its_own_name(monkeypatch) -> None:
    calls: list[str] = []
    parse = sandbox.parse
    monkeypatch.setattr(sandbox, "parse", lambda *values: calls.append(values[0]) or parse(*values))
    document = open_document(PDF, name="a.pdf")
    renamed = open_document(PDF, name="b.pdf")
    calls.clear()
    found: list[Document] = []
    threads = [threading.Thread(target=lambda: found.append(reread(document, ToyParser(), None))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.append(reread(renamed, ToyParser(), None))
    assert calls == [ToyParser.reader]
    assert reread(found[0], get_parser("pdfium"), None).text == document.text
    assert calls == [ToyParser.reader]  # that is how the file was opened
    assert [again.name for again in found] == ["a.pdf"] * 3 + ["b.pdf"]
    assert {again.text for again in found} == {"GOOD WORDS\n\nMORE WORDS"}
    assert {again.source_id for again in found} == {document.source_id}
    assert document.id not in {again.id for again in found}


@pytest.mark.usefixtures("_no_readings")
@pytest.mark.usefixtures("_no_readings")
@pytest.mark.parametrize("opened_with", ["pdfium", "layout"])
def test_a_field_that_changes_no_text_has_nothing_read_again(monkeypatch, opened_with: str) -> None:
    calls: list[str] = []
    parse = sandbox.parse
    monkeypatch.setattr(sandbox, "parse", lambda *values: calls.append(values[0]) or parse(*values))
    document = open_document(PDF, name="a.pdf", parser=opened_with)
    plain, heads = get_parser("layout"), get_parser("layout:index_heads=true")
    read, again = reread(document, plain, None), reread(document, heads, None)
    assert len(calls) == len({opened_with, "layout"})
    assert (heads.has_read(again), plain.has_read(again)) == (True, False)
    assert again.id == open_document(PDF, name="a.pdf", parser=heads).id != read.id
    assert (again.text, again.blocks, again.source_id) == (read.text, read.blocks, read.source_id)


def test_a_document_that_is_read_again_keeps_its_tokenizer(text_document) -> None:
    document = text_document("Some words", tokenizer="minilm")
    again = reread(document, InProcessToyParser(letters="lower"), None)
    assert (again.text, again.tokenizer, again.parser) == ("some words", "minilm", "toy_in_process")
    assert reread(again, get_parser("text"), None).text == "Some words"


def test_a_document_is_not_read_again_by_the_same_parser() -> None:
    document = open_document(PDF, name="a.pdf")
    assert not get_parser("text").applies_to(document)
    for parser in ("text", "pdfium", "default"):
        assert reread(document, get_parser(parser), None) is document


def test_a_document_of_text_is_read_from_its_own_bytes() -> None:
    document = Document.from_text("Wörter", "mine.md")
    assert (document.format, document.source, document.name) == ("text", "Wörter".encode(), "mine.md")
    assert reread(document, InProcessToyParser(), None).text == "WÖRTER"
    assert Document.from_text("").text == ""


def test_limits_hold_in_either_process() -> None:
    for parser in (ToyParser(), InProcessToyParser()):
        with pytest.raises(UserError, match=r"^a\.txt has 10 characters"):
            parser.parse(source_of("text"), Limits(characters=5), None)

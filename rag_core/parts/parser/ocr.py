"""The parser `ocr`: reads pages that are pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.formats import Format
from rag_core.documents.limits import Limits, current_limits
from rag_core.documents.ocr import extra
from rag_core.documents.ocr.page_reader import OcrFailed, page_reader
from rag_core.documents.parsed import Parsed
from rag_core.documents.sandbox import run as sandbox
from rag_core.llms.base import ChatModel
from rag_core.part import register
from rag_core.parts.parser.offer import Offer, PageFunction, ReadingFailed
from rag_core.parts.parser.paged import PagedParser
from rag_core.stages.source import Source
from rag_core.text.numbers import counted, duration

_READER = "rag_core.documents.ocr.reading:"
_READING = "2"  # goes up when a page's result changes for another reason than its libraries
_GUESS_S = 5.0  # per page of a machine that has never read one


@register
class Ocr(PagedParser):
    """Reads the words in the pictures of pages with rapidocr, each with its box; other pages from their text layer.

    A page counts as one without text if nothing but a picture is seen on it, or if its fonts have no Unicode.
    """

    kind: Literal["ocr"] = "ocr"
    label: ClassVar[str] = "OCR"
    summary: ClassVar[str] = "Reads pages that are images with rapidocr, the others like pdfium; an optional extra"
    formats: ClassVar[tuple[Format, ...]] = ("pdf",)
    action: ClassVar[str] = "Reading by OCR"

    pages: Literal["without_text", "all"] = Field(
        "without_text", title="Pages", description="Which pages are read by OCR; the others have a text layer"
    )

    @override
    def page_made_by(self, llm: ChatModel | None) -> tuple[str, ...]:
        return (self.kind, _READING, *extra.versions())

    @override
    def page_numbers(self, source: Source) -> tuple[int, ...]:
        if source.ocr_pages and self.pages == "without_text":
            return source.ocr_pages
        limits, fields = current_limits(), {"pages": self.pages}
        found = sandbox.parse(f"{_READER}plan", fields, source.data, source.name, source.password, limits)
        return found.ocr_pages

    @override
    def offer_for(
        self, source: Source, missing: tuple[int, ...], total: int, seconds: float | None, llm: ChatModel | None
    ) -> Offer:
        pace = seconds or _GUESS_S
        basis = "measured on this machine" if seconds else "a guess until a page has been read on this machine"
        takes = f"about {duration(1000 * pace * len(missing))}" + (f", {pace:.1f} s a page" if len(missing) > 1 else "")
        left = f"{len(missing):,} of {total:,} pages are left" if len(missing) < total else counted(total, "page")
        sentence = f"To be read by OCR: {left}, {takes} ({basis})."
        whole = self.pages == "all"
        if not extra.is_installed():
            return Offer(missing, total, sentence, whole, extra.MISSING, extra.INSTALL)
        return Offer(missing, total, sentence, whole)

    @override
    @contextmanager
    def page_reader(self, source: Source, llm: ChatModel | None) -> Iterator[PageFunction]:
        with page_reader(source.data, source.name, source.password, current_limits()) as reader:

            def read(number: int) -> str:
                try:
                    return reader.read(number)
                except OcrFailed as error:
                    raise ReadingFailed(str(error)) from error

            yield read

    @override
    def assembled(self, source: Source, limits: Limits, results: Mapping[int, str]) -> Parsed:
        fields = {"results": {str(number): result for number, result in results.items()}}
        return sandbox.parse(f"{_READER}read", fields, source.data, source.name, source.password, limits)

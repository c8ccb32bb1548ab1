"""Makes the text of a PDF some of whose pages were read by OCR, and the others from their text layer, in one piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from rag_core.documents.document import Page
from rag_core.documents.limits import Limits
from rag_core.documents.ocr.characters import characters
from rag_core.documents.ocr.page_words import PageWords
from rag_core.documents.parsed import Parsed
from rag_core.documents.pdf.findings import numbers
from rag_core.documents.pdf.reading import read_pages
from rag_core.documents.reflow.assemble import reflow
from rag_core.errors import UserError

OcrPages = Literal["without_text", "all"]
_MIN_CONFIDENCE = 0.8  # of a word: less is worth a look


def plan(data: bytes, password: str | None, limits: Limits, *, pages: OcrPages) -> Parsed:
    """The pages of the file, without their text; `ocr_pages` are those that are to be read by OCR."""
    content = read_pages(data, password, limits, by_ocr=())
    empty = tuple(Page(page.number, 0, 0, page.width, page.height) for page in content.pages)
    chosen = content.ocr_pages if pages == "without_text" else tuple(page.number for page in content.pages)
    return Parsed("", empty, ocr_pages=chosen)


def read(data: bytes, password: str | None, limits: Limits, *, results: Mapping[str, str]) -> Parsed:
    """The whole text, given what OCR found on some pages: PageWords as JSON by page number.

    Raises UserError where there are no words at all.
    """
    found = {int(number): PageWords.model_validate_json(result) for number, result in results.items()}
    content = read_pages(data, password, limits, by_ocr=found.keys() if found else None)
    pages = [
        characters(found[page.number], page.number, page.width, page.height) if page.number in found else page
        for page in content.pages
    ]
    parsed = content._replace(pages=pages).with_findings(reflow(pages))
    if not parsed.text.strip():
        raise UserError(f"cannot be searched: OCR found no words on its pages. {' '.join(_notices(found))}".strip())
    return replace(parsed, notices=(*_notices(found), *parsed.notices))


def _notices(found: Mapping[int, PageWords]) -> list[str]:
    """What is to be said about the pages that were read by OCR."""
    said = []
    read = sorted(number for number, page in found.items() if not page.problem)
    words = [word for number in read for line in found[number].lines for word in line]
    if read:
        doubtful = sum(word.confidence < _MIN_CONFIDENCE for word in words)
        said.append(
            f"{_pages(read)} read by OCR: {doubtful:,} of {len(words):,} words are doubtful, with a confidence below "
            f"{_MIN_CONFIDENCE:.0%}."
        )
    if dropped := sum(found[number].doubtful for number in read):
        lines = "line was" if dropped == 1 else "lines were"
        said.append(f"{dropped:,} {lines} left out as hardly legible.")
    turned = sorted(number for number in read if found[number].turn)
    if turned:
        said.append(f"{_pages(turned)} turned to be read.")
    problems = {number: page.problem for number, page in sorted(found.items()) if page.problem}
    said += [f"Page {number} could not be read by OCR: {problem}" for number, problem in problems.items()]
    return said


def _pages(chosen: list[int]) -> str:
    return f"Page {chosen[0]} was" if len(chosen) == 1 else f"Pages {numbers(chosen)} were"

"""The page's picture beside its text by each parser, with the differences, and the report of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.document import Document
from rag_core.geometry import Box, Span
from rag_core.html.page_view import PageMark, overlay_svg
from rag_core.html.parser_texts import AuditRow, ParserText, TextMark, parser_texts_html
from rag_core.pipeline.aligned import boxes_on_page
from rag_core.pipeline.page_audit import AuditedFinding
from rag_core.pipeline.page_differences import PageDifferences, page_differences
from rag_core.pipeline.report import Place, boxes_of
from rag_core.ui.parsers.figures import figure_buttons, shown_place
from rag_core.ui.parsers.reads import Reading
from rag_core.ui.shell.linked_page import linked_page
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import session

_CONTEXT, _WORDS = 60, 3  # characters and words shown around a finding


def draw(
    opened: Document, found: Sequence[Reading], places: Sequence[DeltaGenerator], page: DeltaGenerator, number: int
) -> None:
    """Draw the report of each parser, the picture of the page and its texts."""
    for at, (reading, slot) in enumerate(zip(found, places, strict=True)):
        place = slot.container()
        with place:
            if reading.problem:
                st.warning(plain(reading.problem), icon=":material/error:")
            for box in reading.boxes:
                box.draw()
        if reading.document is not None:
            figure_buttons(place, at, reading)
    draw_page(opened, found, page, number, "parsers_page")


def draw_page(opened: Document, found: Sequence[Reading], page: DeltaGenerator, number: int, key: str) -> None:
    """Draw the picture of the page and its texts."""
    shown = PageTexts(found, number)
    sheet = next((one for one in opened.pages if one.number == number and one.width is not None), None)
    overlay = overlay_svg(sheet, shown.page_marks(), name="parsers") if sheet else ""
    texts = parser_texts_html(shown.texts())
    with page:
        if sheet is None:
            st.caption("This document has no pages to draw: its texts alone are shown.")
        linked_page(
            opened,
            sheet.number if sheet else None,
            overlay,
            texts,
            key=key,
            here=f"{session().parsers.turn}",
        )


class PageTexts:
    """The texts of one page: the first parser's is what the others are compared with."""

    def __init__(self, found: Sequence[Reading], number: int) -> None:
        self._found, self._number = found, number
        self._spans = [_page_span(one.document, number) for one in found]
        self._marks: list[list[TextMark]] = [[] for _ in found]
        self._compare()
        self._note_audits()

    def texts(self) -> list[ParserText | str]:
        """What is shown for each parser."""
        return [self._text(at) for at in range(len(self._found))]

    def page_marks(self) -> list[PageMark]:
        """What is boxed on the picture: text without ink, differences, and the place that was gone to."""
        return [*self._unseen(), *self._differing(), *self._pointed()]

    def _text(self, at: int) -> ParserText | str:
        reading, span = self._found[at], self._spans[at]
        if reading.document is None:
            return f"{reading.parser.label}{' is at work…' if reading.is_going_on else ': not read yet.'}"
        if span is None:
            return f"{reading.parser.label} has no page {self._number}."
        blocks, here = reading.document.blocks, self._place(at)
        inside = [block for block in blocks if block.span.start >= span.start and block.span.end <= span.end]
        return ParserText(
            reading.parser.label, at, reading.document.text, span, inside, self._marks[at],
            here.span if here else None, self._audit_rows(at), reading.audit.words if reading.audit else 0,
            reading.audit.unchecked if reading.audit else (), reading.audit.words_beyond if reading.audit else 0,
            reading.audit.found if reading.audit else 0,
        )  # fmt: skip

    def _compare(self) -> None:
        first, span = self._found[0].document if self._found else None, self._spans[0] if self._spans else None
        for at in range(1, len(self._found)):
            document, own = self._found[at].document, self._spans[at]
            if first is None or span is None or document is None or own is None or self._found[at].audit is not None:
                continue
            self._add(at, page_differences(document, own, first, span))

    def _add(self, at: int, found: PageDifferences) -> None:
        for i, (own, other) in enumerate(found.real):
            key = f"d{at}-{i}"
            has, first = self._words(at, own), self._words(0, other)
            title = f"{self._found[at].parser.label}: {has}; {self._found[0].parser.label}: {first}"
            self._marks[at].append(TextMark(own, "real", key, title))
            self._marks[0].append(TextMark(other, "real", key, title))
        self._marks[at] += [TextMark(span, "form", "", "") for span in found.form_a]

    def _note_audits(self) -> None:
        for at, reading in enumerate(self._found):
            for i, one in enumerate(reading.audit.findings if reading.audit else ()):
                key, read, layer = f"a{at}-{i}", one.finding.read or "nothing", one.finding.layer or "nothing"
                title = f"{reading.parser.label}: {read}; text layer: {layer}"
                self._marks[at].append(TextMark(one.read, "real", key, title))
                for other in self._columns_of(reading.layer):
                    self._marks[other].append(TextMark(one.layer, "real", key, title))

    def _columns_of(self, document: Document | None) -> list[int]:
        """The columns that show this text."""
        ids = [one.document.id if one.document is not None else None for one in self._found]
        return [at for at, known in enumerate(ids) if document is not None and known == document.id]

    def _audit_rows(self, at: int) -> list[AuditRow] | None:
        audit = self._found[at].audit
        if audit is None:
            return None
        return [self._audit_row(at, i, one) for i, one in enumerate(audit.findings)]

    def _audit_row(self, at: int, number: int, one: AuditedFinding) -> AuditRow:
        document = self._found[at].document
        text = document.text if document is not None else ""
        before = text[max(one.read.start - _CONTEXT, 0) : one.read.start].split()[-_WORDS:]
        after = text[one.read.end : one.read.end + _CONTEXT].split()[:_WORDS]
        found = one.finding
        return AuditRow(
            found.kind, found.read, found.layer, one.page, f"a{at}-{number}", " ".join(before), " ".join(after)
        )

    def _words(self, at: int, span: Span) -> str:
        document = self._found[at].document
        text = document.text[span.start : span.end] if document is not None else ""
        return f"“{text}”" if text.strip() else "nothing"

    def _differing(self) -> Iterator[PageMark]:
        """The real differences, where either text knows their place."""
        seen = set()
        for at, mark, document, span in [*self._in_layers(), *self._in_texts()]:
            boxes = [] if mark.key in seen else self._boxes(document, span)
            if boxes:
                seen.add(mark.key)
                yield PageMark(boxes, at, "difference", mark.key, mark.title)

    def _in_texts(self) -> Iterator[tuple[int, TextMark, Document, Span]]:
        for at, reading in enumerate(self._found):
            if reading.document is not None:
                yield from ((at, mark, reading.document, mark.span) for mark in self._marks[at] if mark.key)

    def _in_layers(self) -> Iterator[tuple[int, TextMark, Document, Span]]:
        """The findings of audits, where the text layer has them or their neighbours."""
        for at, reading in enumerate(self._found):
            if reading.layer is not None and reading.audit is not None:
                marks = [mark for mark in self._marks[at] if mark.key.startswith(f"a{at}-")]
                for mark, one in zip(marks, reading.audit.findings, strict=True):
                    yield at, mark, reading.layer, one.place

    def _unseen(self) -> Iterator[PageMark]:
        for at, reading in enumerate(self._found):
            for i, place in enumerate(reading.places().get("unseen_text", ())):
                if place.page == self._number and place.boxes:
                    yield PageMark(place.boxes, at, "unseen", f"u{at}-{i}", place.text)

    def _pointed(self) -> Iterator[PageMark]:
        for at, reading in enumerate(self._found):
            place = self._place(at)
            boxes = boxes_of(reading.document, place) if place is not None and reading.document is not None else {}
            if place is not None and self._number in boxes:
                yield PageMark(boxes[self._number], at, "citation", "here", place.text)

    def _place(self, at: int) -> Place | None:
        return shown_place(at, self._found[at].places())

    def _boxes(self, document: Document, span: Span) -> list[Box]:
        return boxes_on_page(document, span).get(self._number, []) if span.end > span.start else []


def _page_span(document: Document | None, number: int) -> Span | None:
    """The page in the text; all of a text that has no pages."""
    if document is None:
        return None
    if document.is_unpaged:
        return Span(0, len(document.text))
    page = next((page for page in document.pages if page.number == number), None)
    return Span(page.start, page.end) if page else None

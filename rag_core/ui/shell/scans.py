"""Documents whose pages are pictures: reading them by OCR is offered, and then they are opened like any other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from rag_core.documents.document import Document
from rag_core.documents.pdf.findings import numbers
from rag_core.errors import NoTextLayer, UserError
from rag_core.parts.parser import get_parser
from rag_core.parts.parser.offer import PagesUnread
from rag_core.parts.parser.transcript import TranscriptParser
from rag_core.pipeline.long_reading import offer_of, reading_key
from rag_core.pipeline.opening import source_of
from rag_core.pipeline.reading_job import PageReading
from rag_core.pipeline.transcripts import pages_of
from rag_core.stages.resources import ParserResources
from rag_core.stages.source import Source
from rag_core.text.numbers import counted
from rag_core.ui.shell.document_labels import number_of
from rag_core.ui.shell.library import library, name_of
from rag_core.ui.shell.page_reading import ReadingBox, hold_readings
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import SAMPLE, session
from rag_core.ui.shell.transcripts import loaded_parser, transcript_files


def read_before(source: Source, transcripts: str) -> Document | None:
    """The document as its transcript has it, or else as OCR reads it, if all of its pages were read; None if not.

    `transcripts` is the sha256 of the set of transcripts that the session has loaded.
    """
    transcript = TranscriptParser(transcripts=transcripts)
    if pages_of(transcript, source.id) is not None:
        return transcript.read(source, ParserResources())
    return _read_by_ocr(source)


def _read_by_ocr(source: Source) -> Document | None:
    try:
        return get_parser("ocr").read(source, ParserResources())
    except PagesUnread:
        return None


def take_read(uploads: Iterable[Any]) -> None:
    """Have the files opened whose pages are read now, and use what OCR found on pages that this session had read."""
    state = session().documents
    for upload in uploads:
        if isinstance(state.outcomes.get(upload.file_id), NoTextLayer) and offer_of(_of_upload(upload)) is None:
            del state.outcomes[upload.file_id]
    for key in list(state.wanted):
        document = library.find(key) if key != SAMPLE else None
        if document is None or not document.ocr_pages:
            continue
        reading = _of_document(document)
        if reading_key(reading) in session().reading and offer_of(reading) is None:
            _use_read(key)


def offer_ocr(opened: Sequence[Document]) -> list[ReadingBox]:
    """Draw the offers to read pages by OCR, of files that wait for it and of documents that are open."""
    uploads = st.session_state.get(f"uploads{session().uploader}") or ()
    outcomes = session().documents.outcomes
    waiting = [one for one in uploads if isinstance(outcomes.get(getattr(one, "file_id", "")), NoTextLayer)]
    boxes = [
        *(ReadingBox(f"scan-{one.file_id}", one.name, _of_upload(one)) for one in waiting),
        *(
            ReadingBox(f"pages-{document.id[:16]}", document.label, _of_document(document))
            for document in opened
            if document.ocr_pages
        ),
    ]
    for i, box in enumerate(boxes):
        box.draw()
        if i < len(waiting) and not box.going_on():
            _offer_transcript(waiting[i])
    for key in session().documents.wanted:
        document = library.find(key) if key != SAMPLE else None
        if document is not None and document.ocr_pages and offer_of(_of_document(document)) is None:
            pages = numbers(list(document.ocr_pages))
            st.button(
                f"Use what OCR found on page {pages}", icon=":material/document_scanner:",
                key=f"use-{document.id[:16]}", on_click=_use_read, args=(key,),
            )  # fmt: skip
    sources = {box.reading.source.id for box in boxes} | {document.source_id for document in opened}
    hold_readings(boxes, sources)
    return boxes


def _offer_transcript(upload: Any) -> None:
    """A transcript that the user has makes a scan searchable too."""
    key = f"scan-{upload.file_id}"
    with st.popover("Load a transcript instead", icon=":material/upload_file:", type="tertiary", key=f"popover-{key}"):
        files = transcript_files(key)
        if files:
            st.button(
                f"Use {counted(len(files), 'file')}", key=f"{key}.transcript-use", type="primary",
                on_click=_take_transcript, args=(key, upload, files),
            )  # fmt: skip
        if problem := session().transcripts.problems.get(key):
            st.warning(plain(problem), icon=":material/error:")


def _take_transcript(key: str, upload: Any, files: Sequence[Any]) -> None:
    """Have the file opened with its transcript, unless that does not fit the file."""
    state, source = session().transcripts, _source_of(upload)
    try:
        parser = loaded_parser(state.latest, source.id, files)
        parser.read(source, ParserResources())
    except UserError as error:
        state.problems[key] = str(error)
    else:
        state.problems.pop(key, None)
        state.latest = parser.transcripts
        session().documents.outcomes.pop(upload.file_id, None)


def _source_of(upload: Any) -> Source:
    return source_of(upload.getvalue(), upload.name, session().documents.unlocked.get(upload.file_id))


def _of_upload(upload: Any) -> PageReading:
    return _reading(_source_of(upload))


def _of_document(document: Document) -> PageReading:
    return _reading(Source.of(document))


def _reading(source: Source) -> PageReading:
    parser = get_parser("ocr").paged()
    assert parser is not None, "the parser ocr reads page by page"
    return PageReading(parser, source, ParserResources())


def _use_read(key: str) -> None:
    """Show a document that is open as OCR reads it."""
    document = library.find(key)
    read = _read_by_ocr(Source.of(document)) if document is not None else None
    if read is not None:
        _replace(key, library.add(read.renamed(name_of(key), 1)))


def _replace(old: str, new: str) -> None:
    """Show the document as OCR reads it in the place of what it was."""
    state = session().documents
    state.numbers[new] = number_of(old)  # it is called as before
    state.wanted = list(dict.fromkeys(new if key == old else key for key in state.wanted))
    state.opened = list(dict.fromkeys(new if key == old else key for key in state.opened))
    state.outcomes = {file: new if outcome == old else outcome for file, outcome in state.outcomes.items()}

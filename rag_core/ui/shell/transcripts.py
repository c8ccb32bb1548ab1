"""Loading a transcript for an open document, in the settings of a parser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rag_core.documents.document import Document
from rag_core.documents.transcripts.page_ranges import listed
from rag_core.documents.transcripts.transcript import SUFFIXES
from rag_core.errors import UserError
from rag_core.parts.parser.transcript import TranscriptParser
from rag_core.pipeline.transcripts import add_transcript, pages_of
from rag_core.text.numbers import counted
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.session import forget_errors, session


def edit_transcripts(value: str, key: str, documents: Sequence[Document]) -> str:
    """Draw what is loaded of the documents, and an uploader for one of them.

    Returns the sha256 of the set of transcripts to use: the one that was loaded here last, else the `value`, else the
    one that the session has loaded last, anywhere.
    """
    state = session().transcripts
    chosen = state.loaded.get(key) or value or state.latest
    for document in documents:
        st.caption(f"{plain(document.short_label)}: {_loaded(chosen, document)}")
    if documents:
        _uploader(chosen, key, documents)
    return chosen


def _loaded(chosen: str, document: Document) -> str:
    numbers = pages_of(TranscriptParser(transcripts=chosen), document.source_id)
    if numbers is None:
        return "no transcript"
    return f"a transcript of {counted(len(numbers), 'page')}, {listed(numbers)}" if numbers else "a transcript"


def _uploader(chosen: str, key: str, documents: Sequence[Document]) -> None:
    position = 0
    if len(documents) > 1:
        labels = [document.short_label for document in documents]
        position = st.selectbox(
            "Transcript of", range(len(labels)), format_func=lambda i: labels[i], key=f"{key}.transcript-of"
        )
    files = transcript_files(key)
    if files:
        st.button(
            f"Use {counted(len(files), 'file')}", key=f"{key}.transcript-use", type="primary",
            on_click=_take, args=(key, chosen, documents[position].source_id, files),
        )  # fmt: skip
    if problem := session().transcripts.problems.get(key):
        st.warning(plain(problem), icon=":material/error:")


def transcript_files(key: str) -> Sequence[Any]:
    """Draw the widget that takes the files of a transcript; returns those that were chosen."""
    found: Sequence[Any] = st.file_uploader(
        "Load a transcript", [suffix.removeprefix(".") for suffix in SUFFIXES], accept_multiple_files=True,
        key=f"{key}.transcript-files",
        help="Markdown files named by their pages, such as page_23.md, or one file in which lines such as "
        "<!-- page 23 --> begin the pages",
    )  # fmt: skip
    return found


def _take(key: str, chosen: str, source_id: str, files: Sequence[Any]) -> None:
    state = session().transcripts
    try:
        parser = loaded_parser(chosen, source_id, files)
    except UserError as error:
        state.problems[key] = str(error)
    else:
        state.problems.pop(key, None)
        state.loaded[key] = state.latest = parser.transcripts
        forget_errors()  # of columns whose link names the same transcripts


def loaded_parser(chosen: str, source_id: str, files: Sequence[Any]) -> TranscriptParser:
    """The parser with the transcripts that are chosen, and that of uploaded files."""
    contents = [(file.name, file.getvalue()) for file in files]
    return add_transcript(source_id, contents, TranscriptParser(transcripts=chosen))

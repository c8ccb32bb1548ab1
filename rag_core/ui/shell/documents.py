"""Choosing and uploading documents, and their problems."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rag_core.documents.document import Document
from rag_core.documents.labels import labelled, repeats
from rag_core.documents.limits import current_limits
from rag_core.errors import PasswordNeeded, UserError
from rag_core.html.status import progress_html
from rag_core.pipeline.opening import open_document
from rag_core.progress import Progress
from rag_core.ui.shell.document_labels import label_of, number_of, short_label_of
from rag_core.ui.shell.library import library, name_of
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.runs import run_again
from rag_core.ui.shell.session import SAMPLE, session

_TYPES = ["pdf", "txt", "md"]


def document_picker() -> None:
    """Draw the choice of the documents that are compared; the sample is always among the options."""
    state = session().documents
    options = list(dict.fromkeys([SAMPLE, *state.opened, *state.wanted]))
    st.session_state["documents"] = state.wanted
    st.multiselect(
        "Documents",
        options,
        format_func=short_label_of,
        key="documents",
        on_change=_take_choice,
        label_visibility="collapsed",
        placeholder="Choose a document",
    )


def upload_popover() -> None:
    """Draw the uploader; `take_uploads` opens the files."""
    with st.popover("Add documents", icon=":material/add:"):
        st.file_uploader(
            f"PDF, text or Markdown, up to {current_limits().file_mb:g} MB",
            type=_TYPES,
            accept_multiple_files=True,
            key=_uploads_key(),
            help="Files stay on the machine that runs this app.",
        )


def take_uploads(status: DeltaGenerator) -> None:
    """Open what was uploaded since the last run, each file once, and show the problems of all uploads."""
    # The server no longer has the files of a session that it has forgotten, which the browser still names.
    uploads = [upload for upload in st.session_state.get(_uploads_key()) or () if isinstance(upload, UploadedFile)]
    outcomes = session().documents.outcomes
    fresh = []
    for i, upload in enumerate(uploads):
        if upload.file_id not in outcomes:
            status.html(progress_html(Progress(f"Reading {upload.name}", i, len(uploads))))
            outcomes[upload.file_id] = outcome = _open(upload, None)
            if isinstance(outcome, str):
                fresh.append(outcome)
    _select(fresh)
    for upload in uploads:
        _show_problem(upload, outcomes)


def chosen() -> list[Document]:
    """The chosen documents that are open, with their labels; asks for the others."""
    found = {key: _find(key) for key in session().documents.wanted}
    for key in (key for key, document in found.items() if document is None):
        st.info(
            f"This view shows **{plain(label_of(key))}**, which is no longer open. "
            "Add the same file again to restore the view.",
            icon=":material/upload_file:",
        )
    named = [document for document in found.values() if document is not None]
    opened = labelled(named)
    for notice in [*repeats(named), *(f"{one.label}: {notice}" for one in opened for notice in one.notices)]:
        st.caption(f":material/info: {plain(notice)}")
    if not found:
        st.info("Choose a document above, or add one.", icon=":material/description:")
    return opened


def repeated() -> list[str]:
    """A sentence for each chosen document that is not searched because another one has the same content."""
    return repeats([document for key in session().documents.wanted if (document := _find(key)) is not None])


def _find(key: str) -> Document | None:
    """The document as it is called in this session: another one may have opened it under another name."""
    document = library.find(key)
    return None if document is None else document.renamed(name_of(key), number_of(key))


def _uploads_key() -> str:
    """A key of this session's own: a browser that meets a restarted server must not list what that one never had."""
    return f"uploads-{session().token}"


def _open(upload: Any, password: str | None) -> str | UserError:
    try:
        return library.add(open_document(upload.getvalue(), name=upload.name, password=password))
    except UserError as error:
        return error


def _select(keys: list[str]) -> None:
    """Choose new files beside the documents chosen, but in place of the sample, or of documents that are all missing.

    While one of several missing files is added again, the others are still asked for.
    """
    if not keys:
        return
    state = session().documents
    state.opened += [key for key in keys if key not in state.opened]
    is_open = any(key != SAMPLE and library.find(key) is not None for key in state.wanted)
    state.wanted = list(dict.fromkeys([*(state.wanted if is_open else ()), *keys]))
    run_again()


def _show_problem(upload: Any, outcomes: dict[str, str | UserError]) -> None:
    problem = outcomes[upload.file_id]
    if isinstance(problem, UserError):
        st.warning(plain(str(problem)), icon=":material/error:")
    if isinstance(problem, PasswordNeeded):
        _ask_password(upload, outcomes)


def _ask_password(upload: Any, outcomes: dict[str, str | UserError]) -> None:
    with (
        st.form(f"password-{upload.file_id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        # No name in the label, which is read out without its markup being rendered; the message above has it.
        password = st.text_input("Password", type="password", autocomplete="off", width=320)
        if st.form_submit_button("Open") and password:
            with st.spinner(f"Reading {plain(upload.name)} …"):
                outcomes[upload.file_id] = outcome = _open(upload, password)
            if isinstance(outcome, str):
                _select([outcome])
            run_again()


def _take_choice() -> None:
    session().documents.wanted = st.session_state["documents"]

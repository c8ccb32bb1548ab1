"""Choosing and uploading documents, and their problems."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from rag_core.documents.document import Document
from rag_core.documents.labels import labelled, repeats
from rag_core.documents.limits import current_limits
from rag_core.errors import NoTextLayer, PasswordNeeded, UserError
from rag_core.html.pieces import documents_html
from rag_core.html.status import progress_html
from rag_core.pipeline.opening import open_document, source_of
from rag_core.progress import Progress
from rag_core.ui.shell import scans
from rag_core.ui.shell.document_labels import label_of, number_of, short_label_of
from rag_core.ui.shell.library import library, name_of
from rag_core.ui.shell.plain import plain
from rag_core.ui.shell.progress import ProgressLine
from rag_core.ui.shell.runs import run_again
from rag_core.ui.shell.session import SAMPLE, numbers, renew_uploader, session
from rag_core.ui.shell.wanted import want

_TYPES = ["pdf", "txt", "md"]


def document_picker() -> None:
    """Draw the choice of the documents that are compared; the sample is always among the options."""
    state = session().documents
    options = list(dict.fromkeys([SAMPLE, *state.opened, *state.wanted]))
    if state.wanted != state.picked:
        # Another widget: what the browser still sends of the old one says nothing about the documents of now.
        state.picked, state.picker = list(state.wanted), next(numbers)
    key = f"documents-{state.picker}"
    with st.container(key="documents"):
        st.multiselect(
            "Documents",
            options,
            state.picked,
            format_func=short_label_of,
            key=key,
            on_change=_take_choice,
            args=(key, state.picker, state.picked),
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
    listed = st.session_state.get(_uploads_key()) or ()
    # The others are those of a session that this server does not know any more.
    uploads = [upload for upload in listed if isinstance(upload, UploadedFile)]
    state = session().documents
    scans.take_read(uploads)
    waiting = [one for one in uploads if one.file_id not in state.outcomes or one.file_id in state.passwords]
    state.openings.keep([one.file_id for one in uploads])
    want("opening", state.openings)
    for i, upload in enumerate(waiting):
        status.html(progress_html(Progress(f"Reading {upload.name}", i, len(waiting))))
        password = state.passwords.get(upload.file_id, state.unlocked.get(upload.file_id))
        work = partial(_open, upload, password, session().transcripts.latest)
        _take_opened(upload, state.openings.outcome(upload.file_id, work, ProgressLine(status)))
    is_outdated = len(uploads) < len(listed) and all(isinstance(state.outcomes[one.file_id], str) for one in uploads)
    if is_outdated:
        renew_uploader()
    if waiting or is_outdated:
        run_again()
    for upload in uploads:
        _show_problem(upload, state.outcomes)


def chosen() -> list[Document]:
    """The chosen documents that are open, with their labels; asks for the others."""
    found = {key: _find(key) for key in session().documents.wanted}
    _ask_for([key for key, document in found.items() if document is None])
    named = [document for document in found.values() if document is not None]
    opened = labelled(named)
    notices = [*repeats(named), *(f"{one.label}: {notice}" for one in opened for notice in one.notices)]
    if notices:
        st.html(documents_html(notices))
    if not found:
        st.info("Choose a document above, or add one.", icon=":material/description:")
    return opened


def _ask_for(missing: Sequence[str]) -> None:
    """Ask for the files of a view that are not open, in one box for all."""
    names = [f"**{plain(label_of(key))}**" for key in missing]
    if not names:
        return
    files, are, those = ("file", "is", names[0]) if len(names) == 1 else ("files", "are", _listed(names))
    st.info(
        f"This view shows {those}, which {are} no longer open. Add the same {files} again to restore the view.",
        icon=":material/upload_file:",
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def open_documents() -> list[Document]:
    """The chosen documents that are open, with their labels."""
    return labelled(_found())


def repeated() -> list[str]:
    """A sentence for each chosen document that is not searched because another one has the same content."""
    return repeats(_found())


def _found() -> list[Document]:
    return [document for key in session().documents.wanted if (document := _find(key)) is not None]


def _find(key: str) -> Document | None:
    """The document as it is called in this session: another one may have opened it under another name."""
    document = library.find(key)
    return None if document is None else document.renamed(name_of(key), number_of(key))


def _uploads_key() -> str:
    return f"uploads{session().uploader}"


def _open(upload: Any, password: str | None, transcripts: str) -> str:
    source = source_of(upload.getvalue(), upload.name, password)
    try:
        return library.add(open_document(source.data, name=source.name, password=password))
    except NoTextLayer:
        read = scans.read_before(source, transcripts)
        if read is None:
            raise
        return library.add(read)


def _take_opened(upload: Any, outcome: str | UserError) -> None:
    """Note what came of a file, and choose it; in one step, so that no click that ends the run comes in between."""
    state = session().documents
    state.outcomes[upload.file_id] = outcome
    password = state.passwords.pop(upload.file_id, None)
    if password is not None and isinstance(outcome, NoTextLayer):
        state.unlocked[upload.file_id] = password
    if isinstance(outcome, str):
        _select(outcome)


def _select(key: str) -> None:
    """Choose a new file beside the documents chosen, but in place of the sample, or of documents that are all missing.

    While one of several missing files is added again, the others are still asked for.
    """
    state = session().documents
    state.opened += [key] if key not in state.opened else []
    is_open = any(known != SAMPLE and library.find(known) is not None for known in state.wanted)
    state.wanted = list(dict.fromkeys([*(state.wanted if is_open else ()), key]))


def _show_problem(upload: Any, outcomes: dict[str, str | UserError]) -> None:
    problem = outcomes[upload.file_id]
    if isinstance(problem, UserError):
        st.warning(plain(str(problem)), icon=":material/error:")
    if isinstance(problem, PasswordNeeded):
        _ask_password(upload)


def _ask_password(upload: Any) -> None:
    with (
        st.form(f"password-{upload.file_id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        # No name in the label, which is read out without its markup being rendered; the message above has it.
        key = f"typed-password-{upload.file_id}"
        st.text_input("Password", type="password", autocomplete="off", width=320, key=key)
        st.form_submit_button("Open", on_click=_take_password, args=(upload.file_id, key))


def _take_password(file_id: str, key: str) -> None:
    if password := st.session_state[key]:
        session().documents.passwords[file_id] = password


def _take_choice(key: str, picker: int, shown: list[str]) -> None:
    """Take what the user has added and removed, which leaves what was uploaded meanwhile."""
    state, chosen = session().documents, st.session_state[key]
    before = state.picked if picker == state.picker else shown
    kept = [name for name in state.wanted if name in chosen or name not in before]
    state.wanted = list(dict.fromkeys([*kept, *(name for name in chosen if name not in before)]))
    state.picked = list(chosen) if picker == state.picker else state.picked

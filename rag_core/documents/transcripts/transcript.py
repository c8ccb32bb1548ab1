"""A transcript: what files that the user has say for the pages of a document, as it stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from rag_core.documents.formats import format_of
from rag_core.documents.limits import MAX_CHARACTERS, current_limits, over
from rag_core.documents.plain_text import decode
from rag_core.documents.transcripts.page_breaks import pieces_of
from rag_core.documents.transcripts.page_names import page_numbers
from rag_core.errors import UserError

SUFFIXES = (".md", ".markdown", ".txt")
_NAMING = "Name files by their pages, such as page_23.md, or begin each page with a line such as <!-- page 23 -->."


class TranscribedPage(BaseModel):
    """A page: its text as it stands in a file; `number` is None for a file that is all of a document of one page."""

    model_config = ConfigDict(frozen=True)

    number: int | None
    text: str
    file: str


class Transcript(BaseModel):
    """The pages in their order, and sentences about what could not be matched to a page."""

    model_config = ConfigDict(frozen=True)

    pages: tuple[TranscribedPage, ...]
    unmatched: tuple[str, ...] = ()

    @property
    def numbers(self) -> list[int]:
        """The pages that have a transcript, ascending."""
        return [page.number for page in self.pages if page.number is not None]


def transcript_of(files: Sequence[tuple[str, bytes]]) -> Transcript:
    """The transcript in the files, given as names and bytes.

    Raises UserError for files that are not text, two texts for one page, a page 0, and files none of which tells its
    page.
    """
    names = page_numbers([name for name, _ in files])
    unmatched: list[str] = []
    pages: list[TranscribedPage] = []
    characters = 0
    for name, data in files:
        text, notices = _decoded(name, data)
        characters += len(text)
        unmatched += [f"{name}: {notice}" for notice in notices]
        pages += _pages(name, text, names.get(name), unmatched)
    limit = current_limits().characters
    if characters > limit:
        raise UserError(f"The transcript {over('characters', characters, limit, MAX_CHARACTERS)}")
    numbered = [page for page in pages if page.number is not None]
    if not numbered and len(pages) == 1 == len(files):
        return Transcript(pages=tuple(pages), unmatched=tuple(unmatched))
    unmatched += _sentences([page for page in pages if page.number is None])
    _check(numbered, unmatched, len(files))
    return Transcript(pages=tuple(sorted(numbered, key=lambda page: page.number or 0)), unmatched=tuple(unmatched))


def _decoded(name: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    if not data.strip():
        return "", ()
    if format_of(data, name) != "text":
        raise UserError(f"{name} is not a transcript: it is a PDF. Transcripts are Markdown or text files.")
    try:
        return decode(data)
    except UserError as error:
        raise UserError(f"{name} {error}") from error


def _pages(name: str, text: str, number: int | None, unmatched: list[str]) -> Iterator[TranscribedPage]:
    """The pages in a file; its name counts where the file is one page."""
    pieces = pieces_of(text)
    if len(pieces) == 1 and pieces[0].number in (None, number):
        yield TranscribedPage(number=number, text=pieces[0].text, file=name)
    elif number is not None:
        unmatched.append(
            f"{name} was not used: its name says page {number:,}, and it has {len(pieces):,} pages by its page breaks."
            if len(pieces) > 1
            else f"{name} was not used: its name says page {number:,}, and its mark page {pieces[0].number:,}."
        )
    else:
        yield from (TranscribedPage(number=piece.number, text=piece.text, file=name) for piece in pieces)


def _sentences(pages: Sequence[TranscribedPage]) -> list[str]:
    names = list(dict.fromkeys(page.file for page in pages))
    return [f"{name} was not used, or only in part: it does not tell which page it is. {_NAMING}" for name in names]


def _check(pages: Sequence[TranscribedPage], unmatched: Sequence[str], files: int) -> None:
    if not files:
        raise UserError("The transcript has no files. Give Markdown or text files, one for each page.")
    if not pages:
        raise UserError(
            f"No file of the transcript tells which page it is. {_NAMING}" if not unmatched else unmatched[0]
        )
    seen: dict[int, str] = {}
    for page in pages:
        number = page.number or 0
        if number < 1:
            raise UserError(f"{page.file} is page 0, and pages count from 1. Number all files of the set from 1.")
        if number in seen:
            raise UserError(f"Page {number:,} has two transcripts: {seen[number]} and {page.file}. Remove one of them.")
        seen[number] = page.file

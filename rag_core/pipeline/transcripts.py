"""Loads transcripts that the user has, and gives the parser that reads a document from them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rag_core.cache import ArrayCache, default_cache
from rag_core.documents.document import Document
from rag_core.documents.files import read_file
from rag_core.documents.limits import RAISE_FILE_MB, current_limits
from rag_core.documents.transcripts.store import TranscriptSet, find, store
from rag_core.documents.transcripts.transcript import SUFFIXES, transcript_of
from rag_core.errors import UserError
from rag_core.parts.parser.transcript import TranscriptParser
from rag_core.pipeline.opening import source_of
from rag_core.text.printable import printable

Files = Sequence[tuple[str, bytes]]


def load_transcript(
    document: Document | str | os.PathLike[str] | bytes,
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    parser: TranscriptParser | None = None,
) -> TranscriptParser:
    """The parser that reads a document from Markdown files, given as a folder or as the files; see `add_transcript`.

        transcript = open_document("paper.pdf", parser=load_transcript("paper.pdf", "pages/"))

    The document is open, or given as a path or as bytes. It may also be a text file, such as a text layer that somebody
    has extracted.
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else paths
    source_id = document.source_id if isinstance(document, Document) else source_of(document).id
    return add_transcript(source_id, files_at(given), parser)


def add_transcript(
    source_id: str, files: Files, parser: TranscriptParser | None = None, cache: ArrayCache | None = None
) -> TranscriptParser:
    """The parser that reads the document with this `source_id` from files, given as names and bytes.

    With a `parser`, the transcripts of other documents that it has stay. Raises UserError if the files do not tell
    which pages they are, or tell one page twice.
    """
    cache = cache if cache is not None else default_cache()
    before = find(parser.transcripts, cache) if parser is not None else None
    transcripts = (before or TranscriptSet()).including(source_id, transcript_of(files))
    return TranscriptParser(transcripts=store(transcripts, cache))


def pages_of(parser: TranscriptParser, source_id: str, cache: ArrayCache | None = None) -> list[int] | None:
    """The numbers of the pages of a document's transcript, ascending; none where it does not tell them.

    None where the parser has no transcript of the document.
    """
    found = find(parser.transcripts, cache if cache is not None else default_cache())
    transcript = found.by_source.get(source_id) if found else None
    return transcript.numbers if transcript else None


def files_at(paths: Sequence[str | os.PathLike[str]]) -> list[tuple[str, bytes]]:
    """The names and contents of files and of the Markdown and text files in folders, whose other files are not read."""
    limits = current_limits()
    found: list[tuple[str, bytes]] = []
    for path in _each(paths):
        name = printable(path.name)
        found.append((name, read_file(path, name, limits.file_mb, RAISE_FILE_MB)))
        if len(found) > limits.pages:
            raise UserError(f"The transcript has more than {limits.pages:,.0f} files.")
    return found


def _each(paths: Sequence[str | os.PathLike[str]]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() in SUFFIXES and not one.is_dir())
        if not inside:
            raise UserError(f"The folder {printable(str(path))} has no files that end in {', '.join(SUFFIXES)}.")
        files += inside
    return files

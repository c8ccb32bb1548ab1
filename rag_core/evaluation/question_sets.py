"""Questions with gold excerpts or gold pages, from CSV as in the Chroma benchmark or JSON as in the sample."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag_core.documents.files import read_file
from rag_core.documents.limits import RAISE_FILE_MB, current_limits
from rag_core.errors import UserError
from rag_core.geometry import Span
from rag_core.text.printable import printable
from rag_core.text.strict_json import parse_json

_REFERENCE = '{"content": "...", "start_index": 0, "end_index": 9}'
_PAGES = re.compile(r"\s*\d{1,9}\s*(?:[,;]\s*\d{1,9}\s*)*")


@dataclass(frozen=True)
class Reference:
    """A gold excerpt: a span of the document, and the text of that span."""

    span: Span
    content: str


@dataclass(frozen=True)
class Question:
    """A question, the name of the document that answers it (without a folder), and where: excerpts or pages.

    `id` and `kind` are those of the file; without an id, it is for example "row 2", as a spreadsheet numbers rows.
    `pages` are numbers from 1, given only where there are no `references`.
    """

    id: str
    text: str
    corpus: str
    references: tuple[Reference, ...] = ()
    kind: str | None = None
    pages: tuple[int, ...] = ()


def read_questions(source: str | os.PathLike[str] | bytes, *, name: str | None = None) -> list[Question]:
    """The questions of a file, given as a path or as bytes, in the file's order; messages call the file `name`.

    Raises UserError, naming the row or question, if the file is invalid.
    """
    name = name or ("the question set" if isinstance(source, bytes) else printable(Path(source).name))
    text = _text(source, name)
    questions = list(_from_json(text, name) if text.lstrip().startswith(("{", "[")) else _from_csv(text, name))
    if not questions:
        raise UserError(f"{name} contains no questions.")
    repeated = [key for key, count in Counter(question.id for question in questions).items() if count > 1]
    if repeated:
        raise UserError(f"In {name}, several questions have the id {repeated[0]!r}.")
    return questions


def _text(source: str | os.PathLike[str] | bytes, name: str) -> str:
    if isinstance(source, bytes):
        data = source
    else:
        data = read_file(source, f"The questions {name}".rstrip(), current_limits().file_mb, RAISE_FILE_MB)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is not UTF-8 text: byte {error.start:,} is invalid.") from None


def _from_csv(text: str, name: str) -> Iterator[Question]:
    """One question per row; rows are numbered as in a spreadsheet, with the header as row 1."""
    try:
        header, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    except csv.Error as error:
        raise UserError(f"{name} is not a CSV file: {error}.") from None
    missing = [column for column in ("question", "corpus_id") if column not in header]
    missing += [] if {"references", "page"} & set(header) else ["references or page"]
    if missing:
        raise UserError(
            f"{name} lacks the column {' and the column '.join(missing)}. A CSV file of questions has the columns "
            "question, corpus_id, and references or page."
        )
    for number, row in enumerate(rows, 2):
        if row:
            yield _csv_question(dict(zip(header, row, strict=False)), f"row {number}", name)


def _csv_question(cells: dict[str, str], row: str, name: str) -> Question:
    where = f"{row[0].upper()}{row[1:]} of {name}"
    try:
        references = parse_json(cells.get("references") or "null")
    except ValueError as error:
        raise UserError(f"{where}: the references are not JSON ({error}).") from None
    return _question({**cells, "id": row, "references": references}, cells.get("corpus_id"), where)


def _from_json(text: str, name: str) -> Iterator[Question]:
    try:
        values = parse_json(text)
    except ValueError as error:
        raise UserError(f"{name} is not JSON: {error}.") from None
    document = values.get("document") if isinstance(values, dict) else None
    corpus = document.get("name") if isinstance(document, dict) else None
    listed = values.get("questions") if isinstance(values, dict) else None
    if not isinstance(corpus, str) or not isinstance(listed, list):
        raise UserError(
            f'{name} contains no questions: it must be {{"document": {{"name": ...}}, "questions": [...]}}.'
        )
    for number, question in enumerate(listed, 1):
        where = f"Question {number} of {name}"
        if not isinstance(question, dict):
            raise UserError(f"{where} is not a JSON object.")
        yield _question({"id": f"question {number}", **question}, corpus, where)


def _question(values: dict[str, Any], corpus: str | None, where: str) -> Question:
    text, kind = values.get("question"), values.get("kind")
    if not isinstance(text, str) or not text.strip():
        raise UserError(f"{where} has no question.")
    if not corpus or not corpus.strip():
        raise UserError(f"{where} does not say which document it is about.")
    gold = _references(values, where)
    pages = () if gold else _pages(values["page"], where)
    return Question(
        str(values["id"]), text.strip(), corpus.strip(), gold, kind if isinstance(kind, str) else None, pages
    )


def _references(values: dict[str, Any], where: str) -> tuple[Reference, ...]:
    """The gold excerpts of a question, of which there is at least one unless it names pages instead."""
    references = values.get("references")
    if not references and values.get("page") not in (None, ""):
        return ()
    if not isinstance(references, list) or not references:
        raise UserError(
            f"{where} has no references and no page; references are a list of {_REFERENCE}, a page is a number."
        )
    return tuple(_reference(reference, where) for reference in references)


def _pages(value: Any, where: str) -> tuple[int, ...]:
    """The page numbers in a cell such as "8" or "20, 21", or in a JSON number or list of numbers."""
    if isinstance(value, str) and _PAGES.fullmatch(value):
        value = [int(number) for number in re.findall(r"\d+", value)]
    numbers = value if isinstance(value, list) else [value]
    if not numbers or not all(type(number) is int and number > 0 for number in numbers):
        raise UserError(
            f"{where} has the invalid page {printable(str(value))!r}; pages are numbers from 1, such as 8 or 20, 21."
        )
    return tuple(sorted(set(numbers)))


def _reference(values: Any, where: str) -> Reference:
    if isinstance(values, dict):
        start, end, content = (values.get(name) for name in ("start_index", "end_index", "content"))
        # Not isinstance: in Python a bool is an int, but `true` is no offset.
        if type(start) is int and type(end) is int and isinstance(content, str) and 0 <= start < end:
            return Reference(Span(start, end), content)
    raise UserError(
        f"{where} has an invalid reference; it must be like {_REFERENCE}, with 0 <= start_index < end_index."
    )

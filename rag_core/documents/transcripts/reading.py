"""Reads a document from Markdown for its pages; of the file, only the number of pages and their sizes count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag_core.documents.document import LeftOut
from rag_core.documents.limits import MAX_CHARACTERS, Limits, over
from rag_core.documents.parsed import Parsed
from rag_core.documents.transcripts.assembly import MarkdownPage, assembled
from rag_core.documents.transcripts.cleaning import clean
from rag_core.documents.transcripts.page_ranges import listed
from rag_core.errors import UserError

_Size = tuple[float | None, float | None]


def read(
    data: bytes,
    password: str | None,
    limits: Limits,
    *,
    has_pages: bool,
    pages: Sequence[tuple[int | None, str, str]],
    unmatched: Sequence[str] = (),
) -> Parsed:
    """The document whose pages have the Markdown in `pages`: number, text as a model wrote it, name of its file.

    Pages without one are empty, and a notice names them. `has_pages` is whether the file is a PDF; a text file has the
    pages that are given. `unmatched` are notices about what belongs to no page. Raises UserError where no page could be
    read.
    """
    found = _Pages(_sizes(data, password, limits) if has_pages else None)
    for number, text, file in pages:
        found.add(number, text, file)
    parsed = assembled(found.in_order())
    if not parsed.text:
        raise UserError(f"has no page that its transcript could be used for: {(found.problems or ['it is empty.'])[0]}")
    if len(parsed.text) > limits.characters:
        raise UserError(over("characters", len(parsed.text), limits.characters, MAX_CHARACTERS))
    notices = (*unmatched, *found.problems, *found.gaps())
    return replace(parsed, left_out=tuple(found.left_out), notices=notices)


@dataclass
class _Pages:
    """The cleaned pages; `sizes` are those of a PDF's pages, None for a text file."""

    sizes: Sequence[_Size] | None
    texts: dict[int, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    given: set[int] = field(default_factory=set)

    def add(self, number: int | None, text: str, file: str) -> None:
        """Clean the text of a page, or note why it is not used."""
        count = len(self.sizes) if self.sizes is not None else None
        if number is None and count not in (None, 1):
            self.problems.append(f"{file} was not used: the document has {count:,} pages, and it does not tell which.")
            return
        number = number or 1
        if count is not None and number > count:
            self.problems.append(f"{file} was not used: it is page {number:,}, and the document has {count:,}.")
            return
        self.given.add(number)
        try:
            cleaned = clean(text)
        except UserError as error:
            self.problems.append(f"Page {number:,}{f' ({file})' if file else ''} {error}")
            return
        self.texts[number] = cleaned.text
        self.left_out += [LeftOut(number, remark, "remark") for remark in cleaned.removed]

    def in_order(self) -> list[MarkdownPage]:
        """All pages of a PDF, or those of a text file that have a transcript."""
        if self.sizes is None:
            return [MarkdownPage(number, None, None, text) for number, text in sorted(self.texts.items())]
        return [MarkdownPage(i, *size, self.texts.get(i, "")) for i, size in enumerate(self.sizes, 1)]

    def gaps(self) -> list[str]:
        """A notice about the pages without a transcript: of a text file, those between two that have one."""
        last = len(self.sizes) if self.sizes is not None else max(self.given, default=0)
        first = 1 if self.sizes is not None else min(self.given, default=1)
        missing = [number for number in range(first, last + 1) if number not in self.given]
        if not missing:
            return []
        pages, have, them = ("Page", "has", "it") if len(missing) == 1 else ("Pages", "have", "them")
        return [f"{pages} {listed(missing)} {have} no transcript: nothing of {them} is in the text."]


def _sizes(data: bytes, password: str | None, limits: Limits) -> Sequence[_Size]:
    from rag_core.documents.pdf.sizes import page_sizes  # pdfium, which text files do without

    return page_sizes(data, password, limits)

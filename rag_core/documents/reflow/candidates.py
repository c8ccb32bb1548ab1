"""Which paragraphs of a PDF look like headings."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.documents.markup.captions import is_caption
from rag_core.documents.markup.numbering import Numbering, numbering_of
from rag_core.documents.reflow.looks import Body, Look, LookFinder
from rag_core.documents.reflow.paragraphs import Paragraph

_LARGER = 1.07  # times the size of the body
_NOT_SMALLER = 0.93
_MAX_CHARACTERS, _MAX_LINES = 160, 4
_MIN_LETTERS = 0.55  # of the characters after the number that are not blank
_RUN_ON = re.compile(r"[,;:]\Z|\.\Z|\.{3,}|(?:\. ){3,}")
_SHORT_SENTENCE = 60  # characters: a bold line that ends with a full stop may be a heading if it is this short
_CONTINUED = re.compile(r"\(continued\)|\b(?:continued|cont['\u2019]d)\.?\Z", re.IGNORECASE)
_STATEMENT = re.compile(
    r"(?:Definition|Theorem|Lemma|Corollary|Proposition|Remark|Example|Proof|Exercise|Satz|Beispiel|Bemerkung|Beweis|"
    r"Korollar|Folgerung)\b\s*(?:\d|\(|:|\Z)"
)
_PAGE_NUMBER = re.compile(r"[.\s](?:\d{1,4}|[ivxl]{1,5})\Z")
_MAX_PAGE_NUMBER = 6  # characters, with what stands before it
_DATE = re.compile(r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d")
_MIN_REPEATED = 3  # pages
_MIN_ENTRIES = 4  # of a table of contents on a page


@dataclass(frozen=True, eq=False)
class Candidate:
    """A paragraph that may be a heading: its place among those of the document, its look and its number."""

    place: int
    paragraph: Paragraph
    look: Look
    numbering: Numbering | None


def candidates(paragraphs: Sequence[Paragraph], finder: LookFinder, body: Body) -> list[Candidate]:
    """The paragraphs that are set apart from the body by size, weight, capitals or a number, and are not of a table."""
    found = []
    contents = _contents_pages(paragraphs)
    for place, paragraph in enumerate(paragraphs):
        if not _may_be(paragraph) or (paragraph.page in contents and not _is_first(paragraphs, place)):
            continue
        look = finder.look(paragraph)
        numbering = numbering_of(look.text)
        candidate = Candidate(place, paragraph, look, numbering)
        set_apart = _reads_as_heading(candidate, body) and _stands_out(candidate, body)
        if set_apart and not _in_table(paragraphs, place) and body.is_aligned(paragraph.lines[0]):
            found.append(candidate)
    return _without_repeated(found, paragraphs)


def _may_be(paragraph: Paragraph) -> bool:
    lines = paragraph.lines
    length = sum(len(line.text) for line in lines)
    return 1 < length <= _MAX_CHARACTERS and len(lines) <= _MAX_LINES and all(line.upright for line in lines)


def _reads_as_heading(candidate: Candidate, body: Body) -> bool:
    text, numbering = candidate.look.text, candidate.numbering
    words = text[numbering.end :].lstrip(" .:\u2013\u2014-") if numbering else text
    inked = [char for char in words if not char.isspace()]
    if numbering is not None and numbering.named_order is not None and not inked:
        return True
    if sum(map(str.isalpha, inked)) < max(2, _MIN_LETTERS * len(inked)) or text[0] in "([{\u2022*\u2020\u2021|":
        return False
    if _STATEMENT.match(text) and candidate.look.size < _LARGER * body.size:
        return False
    if is_caption(text) or _CONTINUED.search(text) or _DATE.match(text) or "@" in text:
        return False
    if _RUN_ON.search(text) and not (candidate.look.bold and text.endswith(".") and len(text) <= _SHORT_SENTENCE):
        return False
    return not words[0].islower() or candidate.look.size >= 1.15 * body.size


def _stands_out(candidate: Candidate, body: Body) -> bool:
    look, numbering = candidate.look, candidate.numbering
    if look.size < _NOT_SMALLER * body.size:
        return False
    if look.size >= _LARGER * body.size:
        return True
    strong = look.bold and not body.bold
    other = look.font != body.font and (look.italic or look.caps)
    return strong or (numbering is not None and (other or (look.caps and candidate.paragraph.gap)))


def _in_table(paragraphs: Sequence[Paragraph], place: int) -> bool:
    """Whether it is a row of a table, or stands close to one: such a line is a head of the table."""
    own = paragraphs[place]
    if any(line.has_cells for line in own.lines):
        return True
    for step in (-1, 1):
        near = place + step
        if not 0 <= near < len(paragraphs) or paragraphs[near].page != own.page:
            continue
        other = paragraphs[near]
        line, facing = (own.lines[0], other.lines[-1]) if step < 0 else (own.lines[-1], other.lines[0])
        apart = line.top - facing.bottom if step < 0 else facing.top - line.bottom
        beside = apart < -0.5 * line.height and abs(line.top - facing.top) < line.height
        if beside or (facing.has_cells and apart < 0.9 * line.height):
            return True
    return False


def _is_first(paragraphs: Sequence[Paragraph], place: int) -> bool:
    return not place or paragraphs[place - 1].page != paragraphs[place].page


def _contents_pages(paragraphs: Sequence[Paragraph]) -> set[int]:
    """The pages of a table of contents: most of their lines end with a page number."""
    lines: Counter[int] = Counter()
    entries: Counter[int] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            lines[paragraph.page] += 1
            entries[paragraph.page] += bool(_PAGE_NUMBER.search(line.text[-_MAX_PAGE_NUMBER:])) and any(
                map(str.isalpha, line.text[:12])
            )
    return {page for page, count in entries.items() if count >= max(_MIN_ENTRIES, 0.6 * lines[page])}


def _without_repeated(found: Sequence[Candidate], paragraphs: Sequence[Paragraph]) -> list[Candidate]:
    """Without what stands first on several pages with the same words: a running header, of which the first stays."""
    pages: dict[str, set[int]] = defaultdict(set)
    for candidate in found:
        pages[_key(candidate)].add(candidate.paragraph.page)
    seen: set[str] = set()
    kept = []
    for candidate in found:
        key = _key(candidate)
        if len(pages[key]) >= _MIN_REPEATED:
            if key in seen:
                continue
            seen.add(key)
        kept.append(candidate)
    return kept


def _key(candidate: Candidate) -> str:
    return re.sub(r"\d+", "#", candidate.look.text.casefold())

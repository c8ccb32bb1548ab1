"""The headings of a PDF, by the size and weight of its words and by numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rag_core.documents.reflow.candidates import Candidate, candidates
from rag_core.documents.reflow.levels import levels
from rag_core.documents.reflow.looks import LookFinder
from rag_core.documents.reflow.paragraphs import Paragraph, ends_sentence
from rag_core.documents.reflow.styles import Styles

_MAX_APART = 1.3  # of the line's height, between the lines of one title
_SAME_SIZE = 0.35  # points
_MIN_PROSE = 200  # characters: what stands between the title and the first such paragraph are authors and the like
_OPENING_PAGES = 1


class Heading(NamedTuple):
    """The paragraphs that one heading consists of, which follow each other, and its level."""

    paragraphs: Sequence[Paragraph]
    level: int


def headings_of(paragraphs: Sequence[Paragraph], styles: Mapping[int, Styles]) -> list[Heading]:
    """The headings of a document, in order; `paragraphs` are those of all pages and `styles` those of each page."""
    finder = LookFinder(styles)
    body = finder.body(paragraphs)
    found = candidates(paragraphs, finder, body)
    found = _without_authors(found, paragraphs)
    groups = _joined(found)
    return [
        Heading([one.paragraph for one in group], level)
        for group, level in zip(groups, levels([group[0] for group in groups]), strict=True)
    ]


def _joined(found: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates, with the lines of one title together."""
    groups: list[list[Candidate]] = []
    for candidate in found:
        if groups and _continues(groups[-1][-1], candidate):
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
    return groups


def _continues(before: Candidate, after: Candidate) -> bool:
    """Whether a candidate is the next line of the one before."""
    above, below = before.paragraph.lines[-1], after.paragraph.lines[0]
    same = abs(before.look.size - after.look.size) <= _SAME_SIZE and before.look.bold == after.look.bold
    same = same and (before.look.italic, before.look.font) == (after.look.italic, after.look.font)
    near = above.page == below.page and 0 < below.top - above.top <= (1 + _MAX_APART) * above.height
    plain = after.numbering is None and before.look.caps == after.look.caps
    gap = after.paragraph.gap and below.top - above.bottom > 0.6 * above.height
    return after.place == before.place + 1 and same and near and plain and not gap


def _without_authors(found: Sequence[Candidate], paragraphs: Sequence[Paragraph]) -> list[Candidate]:
    """Without the authors and the like, which stand on the first page between the title and the first prose.

    The title is what is set largest there; of the others, what has a number or stands right above the prose stays.
    """
    first_page = paragraphs[0].page + _OPENING_PAGES if paragraphs else 0
    opening = [one for one in found if one.paragraph.page < first_page]
    prose = next((i for i, paragraph in enumerate(paragraphs) if _is_prose(paragraph)), len(paragraphs))
    before = [one for one in opening if one.place < prose]
    if len(before) < 2:
        return list(found)
    largest = max(one.look.size for one in before)
    kept = {one for one in before if one.look.size >= largest - _SAME_SIZE or one.numbering is not None}
    kept |= {one for one in before if one.place == prose - 1}
    dropped = set(before) - kept
    return [one for one in found if one not in dropped]


def _is_prose(paragraph: Paragraph) -> bool:
    length = sum(len(line.text) for line in paragraph.lines)
    whole = ends_sentence(paragraph.lines[-1]) and not any(line.has_cells for line in paragraph.lines)
    return length >= _MIN_PROSE and whole

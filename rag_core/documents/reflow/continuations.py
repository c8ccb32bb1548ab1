"""Joins the parts of paragraphs that continue in the next column or on the next page."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence, Set
from itertools import islice, pairwise

from rag_core.documents.reflow.hyphens import is_broken
from rag_core.documents.reflow.lines import Line
from rag_core.documents.reflow.paragraphs import Paragraph, ends_sentence

_SAME_SIZE = 0.05  # of the height: the text of both columns is set alike
_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Tab\.|Algorithm|Listing|Exhibit|Chart|Box) ?\d+\s*[.:]", re.IGNORECASE)
_UNFINISHED = re.compile(r"\b(?:a|an|and|as|at|by|for|from|in|is|of|on|or|that|the|this|to|we|which|with)\Z")
_COMMAS = ",\u060c\u3001\uff0c"
_MAX_AHEAD = 40  # paragraphs; each row of a table is one
_CAPITALS = 0.6  # of the letters of a heading
_MAX_PAGES = 1  # a sentence continues on the next page at the latest


def join_paragraphs(paragraphs: Sequence[Paragraph], repeated: Set[Line] = frozenset()) -> list[list[Paragraph]]:
    """Groups of paragraphs that are parts of one, in reading order.

    What stands between the parts of a sentence (footnotes, captions, tables, vertical text, a header of `repeated`
    lines) is moved before its first part or after its last, but never to another page.
    """
    headings = {part for part in paragraphs if _is_heading(part) or repeated >= set(part.lines)}
    body = _body_height(paragraphs)
    rest = deque(paragraphs)
    chains: list[list[Paragraph]] = []
    while rest:
        chain = [rest.popleft()]
        earlier: list[Paragraph] = []
        while (part := _take_continuation(chain, rest, earlier, body, headings)) is not None:
            chain.append(part)
        chains += [[skipped] for skipped in earlier] + [chain]
    _separate_moved(paragraphs, chains)
    return chains


def _take_continuation(
    chain: list[Paragraph],
    rest: deque[Paragraph],
    earlier: list[Paragraph],
    body: float,
    headings: Set[Paragraph],
) -> Paragraph | None:
    """Remove the chain's next part from `rest`; what stood before it on the chain's page moves to `earlier`."""
    ahead = list(islice(rest, _MAX_AHEAD))
    found = _continuation(chain[-1], ahead, body, headings)
    if found is None:
        return None
    part, skipped = ahead[found], ahead[:found]
    if not {skip.page for skip in skipped} <= {chain[0].page, part.page}:
        return None  # it would have to move to another page
    for _ in range(found + 1):
        rest.popleft()
    rest.extendleft(skip for skip in reversed(skipped) if skip.page == part.page)
    earlier += [skip for skip in skipped if skip.page != part.page]
    return part


def _separate_moved(paragraphs: Sequence[Paragraph], chains: Sequence[Sequence[Paragraph]]) -> None:
    """Put an empty line between paragraphs that were not neighbours before."""
    place = {paragraph: index for index, paragraph in enumerate(paragraphs)}
    for before, after in pairwise(chains):
        after[0].gap = after[0].gap or place[after[0]] != place[before[-1]] + 1


def _body_height(paragraphs: Sequence[Paragraph]) -> float:
    """The line height of the most characters, in points."""
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            sizes[round(line.height, 1)] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _continuation(
    open_part: Paragraph, ahead: Sequence[Paragraph], body: float, headings: Set[Paragraph]
) -> int | None:
    """The index of the paragraph that continues the last sentence of `open_part`; None where it is complete."""
    if not ahead or not _is_prose(open_part) or ends_sentence(open_part.lines[-1]):
        return None
    if ahead[0] not in headings and _continues(open_part, ahead[0]):
        return 0
    if not _is_body(open_part, body):
        return None
    for index, candidate in enumerate(ahead):
        if candidate.page > open_part.page + _MAX_PAGES:
            return None
        if candidate in headings or not _is_body(candidate, body):
            continue
        if _surely_continues(open_part, candidate):
            return index
        if len(candidate.lines) > 1:
            return None
    return None


def _is_heading(paragraph: Paragraph) -> bool:
    """A caption, or words in capitals."""
    text = paragraph.lines[0].text
    letters = [char for char in text if char.isalpha()]
    return bool(_CAPTION.match(text)) or sum(char.isupper() for char in letters) > _CAPITALS * max(len(letters), 3)


def _is_prose(paragraph: Paragraph) -> bool:
    line = paragraph.lines[-1]
    return line.upright and not line.has_cells


def _is_body(paragraph: Paragraph, body: float) -> bool:
    return _is_prose(paragraph) and abs(paragraph.lines[-1].height - body) <= _SAME_SIZE * body


def _may_follow(before: Paragraph, after: Paragraph) -> bool:
    """Whether the second paragraph is set like the first, in the next column or on another page."""
    last, first = before.lines[-1], after.lines[0]
    same_size = abs(last.height - first.height) <= _SAME_SIZE * max(last.height, first.height)
    elsewhere = first.page != last.page or first.bottom < last.top
    words = first.upright and not first.has_cells
    cut = len(before.lines) > 1 and first.page != last.page  # printed web pages may break within a line
    full = cut or is_broken(last.text, first.text) or before.is_full_before(first)
    return same_size and elsewhere and words and full and not _is_label(after)


def _is_label(paragraph: Paragraph) -> bool:
    """Whether it is a single line that ends no sentence, such as the head of a table."""
    return len(paragraph.lines) == 1 and not ends_sentence(paragraph.lines[0])


def _continues(before: Paragraph, after: Paragraph) -> bool:
    """Whether a sentence continues from a paragraph to the very next one."""
    last, first = before.lines[-1], after.lines[0]
    if not _may_follow(before, after):
        return False
    if first.text[0].islower():
        return True
    full = len(before.lines) > 1 and len(after.lines) > 1 and last.end > before.edge - last.height
    return full and not first.label_length and (last.text[-1].isalnum() or last.text[-1] in _COMMAS)


def _surely_continues(before: Paragraph, after: Paragraph) -> bool:
    """Whether the words show that a sentence continues after something else, such as a figure or a footnote."""
    if not _may_follow(before, after):
        return False
    unfinished = len(before.lines) > 1 and len(after.lines) > 1 and _UNFINISHED.search(before.lines[-1].text)
    return after.lines[0].text[0].islower() or bool(unfinished)

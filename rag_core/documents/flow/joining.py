"""Lets sentences run on from column to column and from page to page."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from itertools import islice

from rag_core.documents.flow.hyphens import is_broken
from rag_core.documents.flow.paragraphs import Paragraph

_SAME_SIZE = 0.05  # of the height: the text of both columns is set alike
_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Tab\.|Algorithm|Listing|Exhibit|Chart|Box) ?\d+\s*[.:]", re.IGNORECASE)
_AHEAD = 40  # paragraphs: rows of a table are one each
_MOST_PAGES = 1  # a sentence goes on at the latest on the next page


def link(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """Chains of paragraphs that are one paragraph of the author, in reading order.

    What stands between the parts of a sentence (footnotes, a figure's caption, a table, text up the page's side)
    is put before its first part or behind its last, without leaving its page.
    """
    body = _body_height(paragraphs)
    rest = deque(paragraphs)
    chains: list[list[Paragraph]] = []
    while rest:
        chain = [rest.popleft()]
        earlier: list[Paragraph] = []
        while (part := _take_continuation(chain, rest, earlier, body)) is not None:
            chain.append(part)
        chains += [[skipped] for skipped in earlier] + [chain]
    _set_apart_moved(paragraphs, chains)
    return chains


def _take_continuation(
    chain: list[Paragraph], rest: deque[Paragraph], earlier: list[Paragraph], body: float
) -> Paragraph | None:
    """Take the next part of the chain out of `rest`; what stood before it on the chain's page goes to `earlier`."""
    ahead = list(islice(rest, _AHEAD))
    found = _continuation(chain[-1], ahead, body)
    if found is None:
        return None
    part, skipped = ahead[found], ahead[:found]
    if not {skip.page for skip in skipped} <= {chain[0].page, part.page}:
        return None  # no place for it: it would have to leave its page
    for _ in range(found + 1):
        rest.popleft()
    rest.extendleft(skip for skip in reversed(skipped) if skip.page == part.page)
    earlier += [skip for skip in skipped if skip.page != part.page]
    return part


def _set_apart_moved(paragraphs: Sequence[Paragraph], chains: Sequence[Sequence[Paragraph]]) -> None:
    """White space goes around what no longer follows its neighbour."""
    place = {paragraph: index for index, paragraph in enumerate(paragraphs)}
    for before, after in zip(chains, chains[1:], strict=False):
        after[0].gap = after[0].gap or place[after[0]] != place[before[-1]] + 1


def _body_height(paragraphs: Sequence[Paragraph]) -> float:
    """The line height that most characters are set in, in points."""
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        for line in paragraph.lines:
            sizes[round(line.height, 1)] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _continuation(open_part: Paragraph, ahead: Sequence[Paragraph], body: float) -> int | None:
    """The index of the paragraph that goes on with the sentence of `open_part`, if its sentence does go on."""
    if not ahead or not open_part.is_open or not _is_body(open_part, body):
        return None
    if _goes_on(open_part, ahead[0], surely=False):
        return 0
    for index, candidate in enumerate(ahead):
        if candidate.page > open_part.page + _MOST_PAGES:
            return None
        if _is_body(candidate, body) and not _is_apart(candidate):
            return index if _goes_on(open_part, candidate, surely=True) else None
    return None


def _is_body(paragraph: Paragraph, body: float) -> bool:
    line = paragraph.lines[-1]
    return line.upright and not line.has_cells and abs(line.height - body) <= _SAME_SIZE * body


def _is_apart(paragraph: Paragraph) -> bool:
    """A caption, or a short line such as a table's cell: a sentence may step over it, as over a figure."""
    line = paragraph.lines[0]
    short = len(paragraph.lines) == 1 and line.right < paragraph.right - 3 * line.height
    return short or _CAPTION.match(line.text) is not None


def _goes_on(before: Paragraph, after: Paragraph, *, surely: bool) -> bool:
    """Whether a sentence runs from one paragraph to the other; `surely` asks for a sign in the letters."""
    last, first = before.lines[-1], after.lines[0]
    same_size = abs(last.height - first.height) <= _SAME_SIZE * max(last.height, first.height)
    elsewhere = first.page != last.page or first.bottom < last.top
    if not (same_size and elsewhere and first.upright) or first.has_cells:
        return False
    if is_broken(last.text, first.text) or first.text[0].islower():
        return True
    full = len(before.lines) > 1 and len(after.lines) > 1 and last.right > before.right - last.height
    return full and not surely and not first.label_length and (last.text[-1].isalnum() or last.text[-1] == ",")

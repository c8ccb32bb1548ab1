"""Whether a text that a model read off a page says what the page's text layer says: the faithfulness audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag_core.geometry import Span
from rag_core.text.alignment import align
from rag_core.text.faithfulness.cosmetic import Cosmetics
from rag_core.text.faithfulness.differing import gaps_in
from rag_core.text.faithfulness.markup import without_markup
from rag_core.text.faithfulness.moved import without_moved
from rag_core.text.faithfulness.numerals import figures_in, is_same_number, with_sign
from rag_core.text.faithfulness.placing import placing_of, without_lines
from rag_core.text.faithfulness.reach import Reach, reach_of
from rag_core.text.faithfulness.signs import changed_signs
from rag_core.text.faithfulness.table_cells import without_repeated_cells
from rag_core.text.faithfulness.table_dashes import moved_dashes
from rag_core.text.faithfulness.whole_words import Difference, WholeWords
from rag_core.text.faithfulness.words import Word

FindingKind = Literal["number", "replaced", "added", "missing"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A real difference: what was read and what the text layer has there.

    The span of a text that has nothing there is empty and stands where it would be. A number is any difference in which
    figures, their decimal signs or their signs differ.
    """

    kind: FindingKind
    read: str
    layer: str
    read_span: Span
    layer_span: Span


@dataclass(frozen=True, slots=True)
class Audit:
    """The differences of a read text from a text layer, in the order of the read text.

    `words` is the number of its words that were compared, `found` of those that the text layer has. `read_beyond` and
    `layer_beyond` are what lies beyond the ends of a text layer that is made of excerpts, see `faithfulness.reach`, and
    was not compared.
    """

    findings: tuple[Finding, ...]
    words: int
    found: int
    read_beyond: tuple[Span, ...] = ()
    layer_beyond: tuple[Span, ...] = ()


def audit(read_text: str, text_layer: str, left_out: Sequence[str] = (), *, pages: Sequence[Span] = ()) -> Audit:
    """Compare a text that was read by a vision model, by OCR or by a person with the text layer of the same pages.

    The form is no finding: case, hyphens, dashes, glued and split words, Markdown, ligatures, quotes, page numbers,
    repeated headers, marks of footnotes and lists, and the order of blocks. `left_out` are texts of the pages that the
    reader of the text layer left out, such as running headers: the read text may have them. If the text layer is
    whole, all that its `pages` have, it is not looked at whether it breaks off, and only the outer lines of these spans
    can be headers and page numbers.
    """
    cosmetics = Cosmetics(without_markup(read_text, text_layer), text_layer, left_out, pages)
    read, layer = cosmetics.read, cosmetics.layer
    placing = placing_of(read, layer, align(read, layer))
    placing = without_lines(placing, cosmetics.headers_of_layer())
    reach = Reach(placing, [], []) if pages else reach_of(placing, read, layer)
    words = reach.placing.words
    whole = WholeWords(words, read, layer)
    found = without_moved(map(whole.difference, gaps_in(reach.placing, read, cosmetics.is_line_of_layer)), read, layer)
    found = without_repeated_cells(found, words, read, layer)
    differing = {one for one in found if not cosmetics.covers(*one)}
    differing |= {*_changed_numbers(words, read, layer), *changed_signs(reach.placing, read, layer)}
    differing |= set(moved_dashes(words, read, layer))
    findings = tuple(_finding(one, read_text, text_layer) for one in sorted(differing))
    known = sum(word.layer is not None for word in words)
    return Audit(findings, len(words), known, tuple(reach.read_beyond), tuple(reach.layer_beyond))


def _changed_numbers(words: Sequence[Word], read: str, layer: str) -> list[Difference]:
    """The numbers with the same figures in another form that is another number."""
    found = []
    for word in words:
        if word.layer and not is_same_number(word.span, word.layer, read, layer):
            has_other_sign = figures_in(read[slice(*word.span)]) == figures_in(layer[slice(*word.layer)])
            sides = ((read, word.span), (layer, word.layer))
            found.append(Difference(*(with_sign(*side) if has_other_sign else side[1] for side in sides)))
    return found


def _finding(difference: Difference, read: str, layer: str) -> Finding:
    here, there = read[slice(*difference.read)], layer[slice(*difference.layer)]
    return Finding(_kind(here, there), here, there, *difference)


def _kind(read: str, layer: str) -> FindingKind:
    if not layer.strip():
        return "added"
    if not read.strip():
        return "missing"
    return "number" if figures_in(read) != figures_in(layer) or not _has_words(read) else "replaced"


def _has_words(text: str) -> bool:
    return any(char.isalpha() for char in text)

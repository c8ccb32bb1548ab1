"""Differences of form alone: page numbers, repeated headers, marks of footnotes and of list items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rag_core.geometry import Span
from rag_core.text.aligning.letters import folded_letters
from rag_core.text.faithfulness.numerals import figures_in
from rag_core.text.superscripts import SUPERSCRIPTS, on_the_line

_MARK = re.compile(r"[\d*†‡§¶]{1,2}|[a-z]", re.IGNORECASE)
# A word with one: "3We" where a line begins, "tokens.4", or raised figures; no number with its last figures.
_RAISED = rf"(?:[{SUPERSCRIPTS}]{{1,3}}|[*†‡§¶]{{1,2}})"
_MARK_BEFORE = re.compile(rf"(?:{_RAISED}|\d{{1,2}})\s*(?P<word>[^\W\d].*)", re.DOTALL)
_MARK_AFTER = re.compile(
    rf"(?P<word>.*(?:[^\W\d]{{3}}|\d{{4}}|\w[^\w\s]+)){_RAISED}|(?P<end>.*[^\W\d])[.,;:)\"\u201d]+\d{{1,2}}", re.DOTALL
)
_LINE = re.compile(r"\S[^\n]*")
_LIST_MARK = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]?")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[\divxlc]{1,5}(?:\s*(?:of|/)\s*\d{1,5})?", re.IGNORECASE)

_EDGE_NUMBER = re.compile(r"^\W*\d{1,4}\b|\b\d{1,4}\W*$")
# Signs in formulas, and the characters that text layers have for their shapes in fonts without Unicode.
_STAND_INS = {"\u00d7": "x", "\u2260": "6", "\u2211": "px", "\u220f": "qy", "\u222b": "rz"}

_SIGNS_BEFORE, _SIGNS_AFTER = re.compile(r"[\W_]{0,80}\Z"), re.compile(r"[\W_]{0,80}")
_EDGE_LINES = 2  # at each end of a page


class Cosmetics:
    """Knows which differences of two texts are of form alone.

    If `pages` are given, the layer's headers and page numbers are sought in the outer lines of these spans alone.
    """

    def __init__(self, read: str, layer: str, left_out: Sequence[str], pages: Sequence[Span] = ()) -> None:
        self.raised_read, self.raised_layer = read, layer
        self.read, self.layer = read, layer = on_the_line(read), on_the_line(layer)
        self.left_out = {_bare(line) for text in left_out for line in text.splitlines()} - {""}
        rows = [line for line in read.splitlines() if "|" not in line]
        self.read_headers = self.left_out | _repeated(rows)
        candidates = _edges(layer, pages) if pages else _lines(layer)
        known = self.left_out | _repeated(layer[slice(*line)] for line in candidates)
        self.layer_margins = {line for line in candidates if _is_margin(layer[slice(*line)], known)}

    def covers(self, here: Span, there: Span) -> bool:
        """Whether the difference is one of form."""
        read, layer = self.read[slice(*here)], self.layer[slice(*there)]
        if _folded(read) == _folded(layer):
            return figures_in(read) == figures_in(layer)
        if "\n" in read and _word_counts(read) == _word_counts(layer):
            return True  # lines in another order
        if not read.strip():
            if not self.raised_layer[slice(*there)].strip(f"{SUPERSCRIPTS} \n"):
                return True  # marks of footnotes that the text layer has in lines of their own
            return self.is_line_of_layer(there) or _is_mark(self.layer, there) or self._is_stand_in(here, layer)
        if not layer.strip():
            return self._is_line_of_read(here) or _is_mark(self.read, here)
        return self._is_stand_in(here, layer) or self._has_mark(here, there)

    def is_line_of_layer(self, there: Span) -> bool:
        """Whether a span of the text layer is whole lines that are page numbers or repeated headers."""
        lines = _whole_lines(self.layer, there)
        return bool(lines) and all(line in self.layer_margins for line in lines)

    def headers_of_layer(self) -> list[Span]:
        """The lines of the text layer that are repeated headers, or that its reader leaves out elsewhere."""
        return sorted(line for line in self.layer_margins if not _is_page_number(self.layer[slice(*line)]))

    def _is_line_of_read(self, here: Span) -> bool:
        lines = [self.read[slice(*line)] for line in _whole_lines(self.read, here)]
        return bool(lines) and all(_is_margin(line, self.read_headers) for line in lines)

    def _is_stand_in(self, here: Span, layer: str) -> bool:
        """Whether the layer has a letter for a sign of the read text, alone or before the same word."""
        before, after = _SIGNS_BEFORE.search(self.read, 0, here.start), _SIGNS_AFTER.match(self.read, here.end)
        near = f"{before.group() if before else ''}{self.read[slice(*here)]}{after.group() if after else ''}"
        letters, word = _folded(layer), _folded(self.read[slice(*here)])
        return any(sign in near and letters in {one + word for one in _STAND_INS[sign]} for sign in _STAND_INS)

    def _has_mark(self, here: Span, there: Span) -> bool:
        """Whether one of the two is the other with a footnote's mark."""
        read, layer = _folded(self.read[slice(*here)]), _folded(self.layer[slice(*there)])
        return _has_mark(self.raised_layer, there, read) or _has_mark(self.raised_read, here, layer)


def _is_mark(text: str, span: Span) -> bool:
    """Whether what stands on one side alone is the mark of a footnote or of a list's item."""
    found = text[slice(*span)].strip()
    return _is_footnote_mark(text, span, found) or _is_list_mark(text, span, found)


def _has_mark(text: str, span: Span, word: str) -> bool:
    """Whether the span is the word with a footnote's mark before or after it."""
    found = text[slice(*span)].strip()
    begins_line = not text[: span.start].rpartition("\n")[2].strip()
    before, after = _MARK_BEFORE.fullmatch(found), _MARK_AFTER.fullmatch(found)
    is_before = bool(before) and (begins_line or found[0] in SUPERSCRIPTS)
    words = [before["word"] if before and is_before else "", (after["word"] or after["end"]) if after else ""]
    return bool(word) and word in map(_folded, words)


def _is_footnote_mark(text: str, span: Span, found: str) -> bool:
    """Whether it stands right after a word or its point, or right before the first word of a line."""
    if not _MARK.fullmatch(found):
        return False
    before, after = text[: span.start][-1:], text[span.end :][:1]
    if re.search(r"\d[.,]$", text[max(span.start - 2, 0) : span.start]) and found.isdigit():
        return False  # the last figures of a number
    follows = bool(before) and not before.isspace() and not before.isdigit() and before not in "([$€£-–/"  # noqa: RUF001
    follows &= not after or not after.isalnum()
    begins = (not before or before == "\n") and found.isdigit() and after.isalpha()
    return follows or begins


def _is_list_mark(text: str, span: Span, found: str) -> bool:
    line_before = text[: span.start].rpartition("\n")[2].strip(" \t>*-•([")
    return bool(_LIST_MARK.fullmatch(found)) and not line_before and text[span.end :][:1] in tuple(".):")


def _whole_lines(text: str, span: Span) -> list[Span]:
    """The lines that the span covers; none unless it begins and ends with a line, but for marks."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    end = len(text) if end < 0 else end
    around = text[start : span.start] + text[span.end : end]
    return _lines(text, Span(start, end)) if not any(map(str.isalnum, around)) else []


def _lines(text: str, within: Span | None = None) -> list[Span]:
    """The lines that are not blank."""
    start, end = within or (0, len(text))
    return [Span(*match.span()) for match in _LINE.finditer(text, start, end)]


def _edges(text: str, pages: Sequence[Span]) -> list[Span]:
    """The first and the last lines of the pages."""
    found = dict[Span, None]()
    for page in pages:
        lines = _lines(text, page)
        found |= dict.fromkeys([*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:]])
    return list(found)


def _repeated(lines: Iterable[str]) -> set[str]:
    """The lines that stand in the text several times, whatever their page numbers."""
    times = Counter(map(_bare, lines))
    return {line for line, count in times.items() if count > 1 and line}


def _is_margin(line: str, headers: set[str]) -> bool:
    return _is_page_number(line) or _bare(line) in headers


def _is_page_number(line: str) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.strip()))


def _bare(line: str) -> str:
    """A line without the page number at its beginning or end."""
    return _folded(_EDGE_NUMBER.sub("", line))


def _word_counts(text: str) -> Counter[str]:
    return Counter(folded for word in text.split() if (folded := _folded(word)))


def _folded(text: str) -> str:
    return "".join(letter for char in text for letter in folded_letters(char) if letter.isalnum())

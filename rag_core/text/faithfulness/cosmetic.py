"""Differences of form alone: page numbers, repeated headers, marks of footnotes and of list items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag_core.geometry import Span
from rag_core.text.aligning.letters import folded_letters
from rag_core.text.faithfulness.numerals import figures_in

_MARK = re.compile(r"[\d*†‡§¶]{1,2}|[a-z]", re.IGNORECASE)
_LIST_MARK = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]?")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[\divxlc]{1,5}(?:\s*(?:of|/)\s*\d{1,5})?", re.IGNORECASE)

_NEAR = 10  # characters: a sign and the number after it


class Cosmetics:
    """Knows which differences of two texts are of form alone."""

    def __init__(self, read: str, layer: str, left_out: Sequence[str]) -> None:
        self.read, self.layer = read, layer
        self.read_lines, self.layer_lines = _repeated(read), _repeated(layer)
        self.left_out = {_bare(line) for text in left_out for line in text.splitlines()} - {""}

    def covers(self, here: Span, there: Span) -> bool:
        """Whether the difference is one of form."""
        read, layer = self.read[slice(*here)], self.layer[slice(*there)]
        if _folded(read) == _folded(layer):
            return figures_in(read) == figures_in(layer)
        if "\n" in read and _word_counts(read) == _word_counts(layer):
            return True  # lines in another order
        if not read.strip():
            return self._is_furniture(self.layer, there, self.layer_lines) or self._is_times(here, layer)
        if not layer.strip():
            return self._is_furniture(self.read, here, self.read_lines)
        return False

    def is_line_of_layer(self, there: Span) -> bool:
        """Whether a span of the text layer is whole lines that are page numbers or repeated headers."""
        return self._are_lines(self.layer, there, self.layer_lines)

    def headers_of_layer(self) -> list[Span]:
        """The lines of the text layer that are repeated headers, or that its reader leaves out elsewhere."""
        found, at = [], 0
        for line in self.layer.splitlines(keepends=True):
            if self._is_header(line, self.layer_lines):
                found.append(Span(at, at + len(line)))
            at += len(line)
        return found

    def _is_header(self, line: str, repeated: set[str]) -> bool:
        bare = _bare(line)
        return bare in repeated or bare in self.left_out

    def _is_furniture(self, text: str, span: Span, repeated: set[str]) -> bool:
        """Whether a text that stands on one side alone belongs to the page or its marks, and not to what it says."""
        found = text[slice(*span)].strip()
        return (
            self._are_lines(text, span, repeated)
            or _is_footnote_mark(text, span, found)
            or _is_list_mark(text, span, found)
        )

    def _are_lines(self, text: str, span: Span, repeated: set[str]) -> bool:
        lines = [line for line in _whole_lines(text, span) if line.strip()]
        return bool(lines) and all(
            _PAGE_NUMBER.fullmatch(line.strip()) or self._is_header(line, repeated) for line in lines
        )

    def _is_times(self, here: Span, layer: str) -> bool:
        """Whether the layer has the letter x for a multiplication sign."""
        return layer.strip() == "x" and "\u00d7" in self.read[here.start :][:_NEAR]


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


def _whole_lines(text: str, span: Span) -> list[str]:
    """The lines that the span covers; none unless it begins and ends with a line, but for marks."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    end = len(text) if end < 0 else end
    around = text[start : span.start] + text[span.end : end]
    return text[start:end].splitlines() if not any(map(str.isalnum, around)) else []


def _repeated(text: str) -> set[str]:
    """The lines that stand in the text several times, whatever their page numbers."""
    lines = Counter(_bare(line) for line in text.splitlines())
    return {line for line, times in lines.items() if times > 1 and line}


def _bare(line: str) -> str:
    return re.sub(r"\d+", "", _folded(line))


def _word_counts(text: str) -> Counter[str]:
    return Counter(folded for word in text.split() if (folded := _folded(word)))


def _folded(text: str) -> str:
    return "".join(letter for char in text for letter in folded_letters(char) if letter.isalnum())

"""The sentences of a generated answer, and the hits that each of them cites."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag_core.answers.prompts import NOT_FOUND
from rag_core.geometry import Span
from rag_core.text.sentences import sentences_of_block

# One pair of brackets: [1], [1, 2], [1-3].
CITED_NUMBERS = r"\[\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*\]"  # noqa: RUF001
# All at one place: [1], [1, 2], [1-3], [1][2], [1]-[3].
_MARKER = re.compile(rf"{CITED_NUMBERS}(?:[ ,;–-]{{0,3}}{CITED_NUMBERS})*")  # noqa: RUF001
_SPACED_MARKER = re.compile(rf" {{0,3}}{_MARKER.pattern}")
_RANGE = re.compile(r"(\d+)[\] ]*[–-][\[ ]*(\d+)|(\d+)")  # noqa: RUF001
_LINE = re.compile(r"[^\r\n]+")
_AFTER_END = re.compile(r"""[.!?…。！？]["'”’)*_]*\s*$""")  # noqa: RUF001
# Chinese and Japanese sentences end without a space, which the trained sentence splitter expects.
_WIDE_END = re.compile(r"(?<=[。！？])")  # noqa: RUF001
_LOOK_BACK = 40
_LIST_MARK = re.compile(r"\s*(?:[-*•+#>]+|\d{1,3}[.)])\s+")
# Also within a sentence: "The answer is not found in the retrieved text."
_FILLER = r"(?:\W|(?:the|this|it|answer|information|question|to|is|was|could|be)\b)*"
_SAYS_NOT_FOUND = re.compile(rf"{_FILLER}{re.escape(NOT_FOUND.rstrip('.'))}\W*", re.IGNORECASE)


@dataclass(eq=False)
class CitedSentence:
    """A sentence of an answer: its span, its text without citations, and the numbers that it cites."""

    start: int
    end: int
    text: str
    numbers: list[int] = field(default_factory=list)

    def cite(self, numbers: Sequence[int]) -> None:
        """Add numbers that are not cited yet."""
        self.numbers += [number for number in numbers if number not in self.numbers]


def cited_sentences(text: str, known: Collection[int]) -> list[CitedSentence]:
    """The sentences that make a claim, in order; an unknown number is not a citation.

    A citation belongs to the sentence that it is in or follows; in a line that begins with a citation, to the text
    after it, up to the next one. A sentence that ends with a colon forms one sentence with the next.
    """
    found: list[CitedSentence] = []
    for line in _LINE.finditer(text):
        sentences = _of_line(line[0], line.start(), known)
        if not sentences and found:
            found[-1].cite(_numbers(line[0], known))
        found += sentences
    return [cited for cited in _with_introductions(found) if not _SAYS_NOT_FOUND.fullmatch(cited.text)]


def _of_line(line: str, offset: int, known: Collection[int]) -> list[CitedSentence]:
    markers = [Span(*match.span()) for match in _MARKER.finditer(line)]
    label = _LIST_MARK.match(line)
    first = label.end() if label else 0
    leading = bool(markers) and not line[first : markers[0].start].strip(" *")
    sentences = [
        CitedSentence(start, end, said)
        for start, end in _spans(_masked(line, markers), first)
        if any(map(str.isalnum, said := _SPACED_MARKER.sub("", line[start:end]).strip()))
    ]
    cited = [sentences[_owner(sentences, marker, leading)] for marker in markers if sentences]
    for sentence, marker in zip(cited, markers, strict=False):
        sentence.cite(_numbers(line[marker.start : marker.end], known))
        sentence.start, sentence.end = min(sentence.start, marker.start), max(sentence.end, marker.end)
    marked = set(map(id, cited))
    for before, sentence in pairwise(sentences if leading else ()):
        if id(sentence) not in marked:
            sentence.cite(before.numbers)
    for sentence in sentences:
        sentence.start, sentence.end = offset + sentence.start, offset + sentence.end
    return sentences


def _masked(line: str, markers: Sequence[Span]) -> str:
    """The line with its markers replaced by a word, or by spaces where a sentence ended before them."""
    masked = list(line)
    for start, end in markers:
        before = "".join(masked[max(start - _LOOK_BACK, 0) : start])
        filler = "x" if before.strip() and not _AFTER_END.search(before) else " "
        masked[start:end] = filler * (end - start)
    return "".join(masked)


def _spans(line: str, first: int) -> list[Span]:
    cuts = [first, *(match.start() for match in _WIDE_END.finditer(line, first)), len(line)]
    blocks = [(b - len(line[a:b].lstrip()), b) for a, b in pairwise(cuts)]
    return [span for a, b in blocks if a < b for span in sentences_of_block(line[a:b], a)]


def _owner(sentences: Sequence[CitedSentence], marker: Span, leading: bool) -> int:
    """The index of a marker's sentence: the one around it, else the one before it, or after it where markers lead."""
    behind = bisect_right(sentences, marker.start, key=lambda sentence: sentence.start)
    if behind and marker.start < sentences[behind - 1].end:
        return behind - 1
    return behind if behind < len(sentences) and (leading or not behind) else behind - 1


def _numbers(text: str, known: Collection[int]) -> list[int]:
    """The known numbers in the markers of a text."""
    found: dict[int, None] = {}
    for marker in _MARKER.finditer(text):
        for first, last, single in _RANGE.findall(marker[0]):
            cited = range(int(single or first), int(single or last) + 1)
            found |= dict.fromkeys(number for number in sorted(known) if number in cited)
    return list(found)


def _with_introductions(found: Sequence[CitedSentence]) -> list[CitedSentence]:
    merged: list[CitedSentence] = []
    for cited in found:
        if merged and merged[-1].text.rstrip("*_ ").endswith((":", "：")):  # noqa: RUF001
            merged[-1].cite(cited.numbers)
            merged[-1].end, merged[-1].text = cited.end, f"{merged[-1].text} {cited.text}"
        else:
            merged.append(cited)
    return merged

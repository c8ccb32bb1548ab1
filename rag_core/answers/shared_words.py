"""What a sentence shares with a question besides its similarity: words, periods, a figure, the label of a row."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from rag_core.answers.asked import Asked, has_figure
from rag_core.answers.vocabulary import PREFIX, Vocabulary, vocabulary
from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.text.periods import MONTH_NAMES, Named, named_periods
from rag_core.text.words import content_stems, stem

# What these add to the cosine similarity of a sentence, so that the sum can be compared with the similarity from which
# a sentence counts as an answer. Chosen by tests/benchmarks/answer_threshold.py; docs/answers.md has its table.
SHARE_IN_SENTENCE = 0.10
SHARE_NEARBY = 0.15
PER_WORD_ASKED = 0.03
MAX_WORDS_ASKED = 10
LABEL_OF_ROW = 0.15
NO_FIGURE = -0.30
NAME_NOWHERE = -0.20
BASE = -0.32
PARAPHRASE = -0.15
# How far before a sentence its words and its periods may stand: a heading, the sentence before, the head of a table.
NEARBY_CHARACTERS = 800
PERIOD_CHARACTERS = 1_500
HEAD_CHARACTERS = 250
_ROW = re.compile(r"(?P<label>[^\d$€£(]+)[\d$€£(].*[\d%)—–-]\s*\|?$")  # noqa: RUF001


class SharedWords:
    """Compares sentences of a document with what a question asks for; `span` is the hit that they are in."""

    def __init__(self, asked: Asked, document: Document, span: Span) -> None:
        self._asked = asked
        self._document = document
        self._span = span

    def bonus(self, sentence: Span) -> float:
        """What is added to the similarity of a sentence; 0 where the question's words cannot be compared with it."""
        if not self._comparable:
            return 0.0
        shared = (
            BASE
            + SHARE_IN_SENTENCE * self.share(sentence)
            + SHARE_NEARBY * self.share(sentence, NEARBY_CHARACTERS)
            + PER_WORD_ASKED * min(self._asked.things, MAX_WORDS_ASKED)
        )
        if self._asked.figure:
            return shared + self._of_figure(self._document.text[sentence.start : sentence.end])
        return max(shared, PARAPHRASE)

    def _of_figure(self, text: str) -> float:
        """What counts where the question asks for a figure: a row tells by its label alone whose figure it is."""
        return (
            LABEL_OF_ROW * self._label_share(text)
            + (0 if has_figure(text) else NO_FIGURE)
            + (NAME_NOWHERE if self._foreign_name else 0)
        )

    def share(self, sentence: Span, before: int = 0) -> float:
        """The share of the question's words, by weight, in the sentence and the characters before it; else 1."""
        if not self._comparable:
            return 1.0
        first = bisect_left(self._words, (sentence.start - before, ""))
        last = bisect_left(self._words, (sentence.end, ""))
        found = {name for _, name in self._words[first:last]}
        return sum(self._weights[name] for name in found) / sum(self._weights.values())

    def of_another_period(self, sentence: Span) -> bool:
        """Whether the question names a year, month, quarter or half, and the sentence is about others only.

        A sentence that names none is about those named last before it, such as in the head of its table.
        """
        return any(self._contradicts(sentence, asked) for asked in self._asked.periods)

    def lacks(self, thing: str | Named) -> bool:
        """Whether neither the hit nor the text just before it has a word, given by its stem, or names a period."""
        if isinstance(thing, str):
            return self._comparable and all(name != thing for _, name in self._words)
        return not any(named.kind == thing.kind and named.values & thing.values for named in self._periods)

    def _contradicts(self, sentence: Span, asked: Named) -> bool:
        same_kind = [named for named in self._periods if named.kind == asked.kind]
        own = [named for named in same_kind if sentence.start <= named.start < sentence.end]
        near = own or _last([n for n in same_kind if sentence.start - PERIOD_CHARACTERS <= n.start < sentence.start])
        if near:
            return not any(named.values & self._of_kind(asked.kind) for named in near)
        return not self._names_somewhere(asked)

    def _names_somewhere(self, asked: Named) -> bool:
        """Whether the document may name the period at all; how it counts quarters is not looked up."""
        if asked.kind == "year":
            return any(str(year) in self._vocabulary for year in asked.values)
        return asked.kind != "month" or any(MONTH_NAMES[month - 1] in self._vocabulary for month in asked.values)

    def _of_kind(self, kind: str) -> frozenset[int]:
        return frozenset().union(*(named.values for named in self._asked.periods if named.kind == kind))

    def _label_share(self, text: str) -> float:
        """The share of the words in the label of a table row that the question has, too."""
        row = _ROW.match(text)
        label = content_stems(row["label"], self._asked.language) if row else {}
        return sum(name in self._asked.words for name in label) / len(label) if label else 0.0

    @property
    def _comparable(self) -> bool:
        return bool(self._asked.words) and self._asked.language == self._vocabulary.language

    @property
    def _vocabulary(self) -> Vocabulary:
        return vocabulary(self._document)

    @cached_property
    def _foreign_name(self) -> bool:
        """Whether the question has a name that the document does not contain, such as another company's."""
        return not all(self._vocabulary.count(name, self._asked.language) for name in self._asked.names)

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        return {name: self._vocabulary.weight(name, self._asked.language) for name in self._asked.words}

    @cached_property
    def _words(self) -> Sequence[tuple[int, str]]:
        """Where the question's words occur in the hit and before it."""
        prefixes = "|".join(sorted({re.escape(name[:PREFIX]) for name in self._asked.words}))
        start = max(self._span.start - NEARBY_CHARACTERS, 0)
        beginning = re.compile(rf"(?<![^\W_])(?:{prefixes})[^\W_]*", re.IGNORECASE)
        found = beginning.finditer(self._document.text, start, self._span.end)
        stems = [(match.start(), stem(match[0].lower(), self._asked.language)) for match in found]
        return [(at, name) for at, name in stems if name in self._asked.words]

    @cached_property
    def _periods(self) -> Sequence[Named]:
        start = max(self._span.start - PERIOD_CHARACTERS, 0)
        return list(named_periods(self._document.text, start, self._span.end))


def _last(named: Sequence[Named]) -> Sequence[Named]:
    """The last mention, and those shortly before it: the columns of one table's head."""
    return [mention for mention in named if mention.start >= named[-1].start - HEAD_CHARACTERS]

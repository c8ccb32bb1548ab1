"""What a question asks for: its content words, the periods that it names, and whether it wants a figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from rag_core.text.periods import Named, named_periods
from rag_core.text.words import WORD, content_stems, language, stem

_ASKS_FIGURE = re.compile(
    r"\bhow (?:many|much|large|big|high|low|old|tall|far|fast|heavy|expensive)\b"
    r"|\b(?:what|which) (?:percentage|percent|share|number|amount|proportion|fraction)\b"
    r"|\b(?:what|which) (?:is|was|are|were)\b.*\b(?:rate|percentage|amount|number|price|costs?|size|total|margin|"
    r"revenues?|income|earnings|sales|inventory|inventories|assets|expenses?|liabilit(?:y|ies)|commitments)\b",
    re.IGNORECASE,
)
# "High" in "how high" is no word of the answer.
_HOW = re.compile(r"\bhow (?:large|big|high|low|old|tall|far|fast|long|often|heavy|expensive)\b", re.IGNORECASE)
# Digits that name a date or a place in a document rather than say how much.
_NO_FIGURE = re.compile(
    r"\(\d\)|\b(?:Note|Item|Part|Rule|Form|Section|Level|Table|Figure|Chapter)\s+\S+|\b\d+-[A-Z]", re.IGNORECASE
)
_FIGURE = re.compile(
    r"\d|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|dozen|"
    r"hundred|thousand|million|billion|half|twice|once|none|no|single|both|several)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """What a question asks for; `words` are its content words by stem, without those of `periods`.

    `names` are the stems of words with a capital letter, except the first word's.
    """

    question: str
    words: Mapping[str, str]
    language: str
    periods: Sequence[Named]
    names: frozenset[str]
    figure: bool

    @property
    def things(self) -> int:
        """How many words and periods a sentence can share with the question."""
        return len(self.words) + len(self.periods)

    @property
    def named(self) -> Sequence[tuple[str, str | Named]]:
        """The words and periods as the question writes them, in its order, each with the stem or the period."""
        stems = [(word.start(), word[0], stem(word[0].lower(), self.language)) for word in WORD.finditer(self.question)]
        found: list[tuple[int, str, str | Named]] = [item for item in stems if item[2] in self.words]
        found += [(period.start, self.question[period.start : period.end], period) for period in self.periods]
        return [(shown, thing) for _, shown, thing in sorted(found, key=itemgetter(0))]


@lru_cache(maxsize=256)
def asked(question: str) -> Asked:
    """What the question asks for. Figures are recognised in English only."""
    periods = list(named_periods(question))
    of_language = language(question)
    found = content_stems(_HOW.sub(" ", _without(question, periods)), of_language)
    written = list(WORD.finditer(question))[1:]
    names = {stem(word[0].lower(), of_language) for word in written if word[0] != word[0].lower()} & found.keys()
    figure = bool(found) and bool(_ASKS_FIGURE.search(question))
    return Asked(question, found, of_language, periods, frozenset(names), figure)


def has_figure(text: str) -> bool:
    """Whether a text says how much or how many: a number that is no date, in digits or in an English word."""
    return bool(_FIGURE.search(_NO_FIGURE.sub(" ", _without(text, named_periods(text)))))


def _without(text: str, periods: Iterable[Named]) -> str:
    for period in reversed(list(periods)):
        text = f"{text[: period.start]} {text[period.end :]}"
    return text

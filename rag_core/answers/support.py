"""Checks by vectors and numbers whether the cited hits support each sentence of an answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.answers.citations import CitedSentence, cited_sentences
from rag_core.documents.document import Document
from rag_core.documents.sentences import sentences
from rag_core.embeddings.choice import built_in_vectors
from rag_core.embeddings.pooling import Pools
from rag_core.geometry import Span
from rag_core.stages.column_vectors import ColumnVectors
from rag_core.stages.ordering import best_first
from rag_core.stages.results import AnswerSentence, Citation, Hit

# Similarities are always by the built-in model, on separately embedded texts, since the scales of models differ.
# Measured by `python -m tests.benchmarks.support_threshold` on 100 sentences of a 1.5 B chat model, labelled by hand.
# On the 42 that cite a hit, the error rate is 17 % (7) from 0.74 to 0.76, and the same if each sentence is judged by
# the threshold chosen on the others; it is 33 % (14) at 0.50, 24 % (10) at 0.70, and 21 % (9) at 0.80. The errors at
# 0.75 are 4 of 19 supported sentences and 3 of 23 unsupported ones, for example because vectors do not tell who said
# something. The check of numbers flags 4 sentences, all correctly; similarity alone flags them too at 0.75, but at 0.50
# the check avoids 3 errors. With vectors of the token pass the error rate is at least 26 % (11, at 0.62), since they
# include the context of each sentence. So the pass only preselects what is compared, which changes none of the 42
# verdicts.
MIN_SUPPORT = 0.75
_POOLS = Pools("late")
_SHORTLISTED = 12
RULE = (
    "A sentence counts as supported if a hit that it cites contains a sentence, or two consecutive ones, with a cosine "
    f"similarity of at least {MIN_SUPPORT:.2f} to it, and if the cited hits contain all its numbers; without a "
    "citation it is not supported. Similarities are computed with MiniLM on separately embedded texts; if the "
    f"document has token vectors, only the {_SHORTLISTED} passages per hit that are nearest by these are compared."
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_WORD = re.compile(r"[a-z]+")
_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: str(i) for i, word in enumerate(_SMALL)} | {word: str(10 * i) for i, word in enumerate(_TENS, 2)}


class Support(NamedTuple):
    """How well the cited hits support a sentence.

    `similarity` is to the nearest passage of the cited hits, None without citations. `numbers_stand` says whether the
    hits contain all numbers of the sentence. `best` has the nearest passage of each cited hit.
    """

    similarity: float | None = None
    numbers_stand: bool = False
    best: Sequence[Citation] = ()

    @property
    def enough(self) -> bool:
        """Whether the sentence counts as supported by `RULE`."""
        return self.similarity is not None and self.similarity >= MIN_SUPPORT and self.numbers_stand


class Stretch(NamedTuple):
    """A passage that is compared with sentences of the answer: one sentence of a hit, or two consecutive ones."""

    rank: int
    document: Document
    span: Span

    @property
    def text(self) -> str:
        """The text of the passage in the document."""
        return self.document.text[self.span.start : self.span.end]


class Evidence:
    """The hits of one column, as evidence for the sentences that cite them."""

    def __init__(self, hits: Sequence[Hit], documents: Sequence[Document]) -> None:
        self._hits = {hit.rank: hit for hit in hits}
        self._documents = {document.id: document for document in documents}
        self._token_vectors = built_in_vectors().token_vectors
        self._vectors = ColumnVectors(built_in_vectors(), _POOLS)

    @property
    def ranks(self) -> Collection[int]:
        """The ranks of the hits, which are the numbers that can be cited."""
        return self._hits.keys()

    def supports(self, found: Sequence[CitedSentence]) -> list[Support]:
        """How well each sentence is supported by the hits that it cites; embeds all passages in one batch."""
        stretches = {rank: self._stretches(self._hits[rank]) for rank in {n for cited in found for n in cited.numbers}}
        if not stretches:
            return [Support() for _ in found]
        rows = self._vectors.of_texts([cited.text for cited in found])
        near = [
            [stretch for rank in cited.numbers for stretch in self._nearest(stretches[rank], row)]
            for cited, row in zip(found, rows, strict=True)
        ]
        texts = list(dict.fromkeys(stretch.text for some in near for stretch in some))
        vector_of = dict(zip(texts, self._vectors.of_texts(texts), strict=True))
        return [
            self._support(cited, [(float(vector_of[stretch.text] @ row), stretch) for stretch in some])
            for cited, row, some in zip(found, rows, near, strict=True)
        ]

    def _stretches(self, hit: Hit) -> list[Stretch]:
        document, whole = self._documents[hit.document], Span(hit.start, hit.end)
        single = sentences(document, whole) or [whole]
        pairs = [Span(first.start, second.end) for first, second in pairwise(single)]
        return [Stretch(hit.rank, document, span) for span in [*single, *pairs]]

    def _nearest(self, stretches: list[Stretch], row: NDArray[np.float32]) -> list[Stretch]:
        """The passages to embed separately: all, or those nearest by pooled vectors if the document has any."""
        document = stretches[0].document
        if len(stretches) <= _SHORTLISTED or not self._token_vectors.has(document, _POOLS.window_overlap_percent):
            return stretches
        pooled = self._vectors.of_spans(document, [stretch.span for stretch in stretches])
        return [stretches[i] for i in best_first(pooled @ row)[:_SHORTLISTED]]

    def _support(self, cited: CitedSentence, near: Sequence[tuple[float, Stretch]]) -> Support:
        if not near:
            return Support()
        best: dict[int, Stretch] = {}
        for _, stretch in sorted(near, key=lambda pair: -pair[0]):
            best.setdefault(stretch.rank, stretch)
        known = set().union(*(_numbers(self._hits[rank].text) for rank in cited.numbers))
        return Support(
            round(max(similarity for similarity, _ in near), 6),
            _numbers(cited.text, spelled=False) <= known,
            [Citation(hit=rank, start=best[rank].span.start, end=best[rank].span.end) for rank in cited.numbers],
        )


def judged(
    text: str, hits: Sequence[Hit], documents: Sequence[Document]
) -> tuple[list[AnswerSentence], list[Citation]]:
    """The sentences of an answer with their support, and for each citation the passage that supports it best.

    Raises UserError if the built-in embedding model is unavailable.
    """
    evidence = Evidence(hits, documents)
    found = cited_sentences(text, evidence.ranks)
    supports = evidence.supports(found)
    judged = [
        AnswerSentence(
            start=cited.start,
            end=cited.end,
            hits=cited.numbers,
            supported=support.enough,
            similarity=support.similarity,
        )
        for cited, support in zip(found, supports, strict=True)
    ]
    return judged, [citation for support in supports for citation in support.best]


def _numbers(text: str, *, spelled: bool = True) -> set[str]:
    """The numbers in a text, without thousands separators; with `spelled` also single number words ("twelve")."""
    words = _WORD.findall(text.lower()) if spelled else ()
    found = {_THOUSANDS.sub("", number) for number in _NUMBER.findall(text)}
    return found | {_VALUES[word] for word in words if word in _VALUES}

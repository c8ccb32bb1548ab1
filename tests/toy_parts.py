"""A toy part of every slot, each the content of one file, as somebody would write it who adds a kind.

They show what a kind can do: a parser has a field, a chunker uses vectors of sentences, a reference resolves entries
into windows, a query makes three queries, and a reranker uses the embedding model.
"""

from __future__ import annotations

from dataclasses import dataclass

PARSER = '''
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Page
from rag_core.documents.parsed import Parsed
from rag_core.part import register
from rag_core.parts.parser.base import Parser


@register
class ToyParser(Parser):
    """Reads the pages of a PDF in capital letters, without boxes."""

    kind: Literal["toy_parser"] = "toy_parser"
    label: ClassVar[str] = "Toy parser"
    summary: ClassVar[str] = "Toy: reads the first pages of a PDF"
    formats: ClassVar[tuple[str, ...]] = ("pdf",)
    reader: ClassVar[str] = "toy_parser:read"
    sandboxed: ClassVar[bool] = False

    max_pages: int = Field(50, ge=1, le=500, title="Toy pages", description="Pages read")


def read(data, password, limits, *, max_pages):
    import pypdfium2

    with pypdfium2.PdfDocument(data, password=password) as pdf:
        texts = [pdf[i].get_textpage().get_text_bounded().upper() for i in range(min(len(pdf), max_pages))]
        sizes = [pdf[i].get_size() for i in range(len(texts))]
    pages, start = [], 0
    for number, (text, (width, height)) in enumerate(zip(texts, sizes), 1):
        pages.append(Page(number, start, start + len(text), width, height))
        start += len(text) + 1
    return Parsed(text="\\n".join(texts), pages=tuple(pages))
'''

CHUNKER = '''
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.chunker.base import Chunker
from rag_core.text.sentences import sentences


@register
class ToyChunker(Chunker):
    """Cuts where the vectors of neighbouring sentences differ most."""

    kind: Literal["toy_chunker"] = "toy_chunker"
    label: ClassVar[str] = "Toy chunker"
    summary: ClassVar[str] = "Toy: cuts where the meaning changes most"

    cuts: int = Field(1, ge=0, le=20, title="Toy cuts", description="Number of cuts")

    @property
    def uses_vectors(self):
        return True

    def chunk(self, document, resources, within=None):
        found = sentences(document.text, within or Span(0, len(document.text)), line_breaks_end=False)
        if not found:
            return []
        vectors = resources.vectors.of_spans(document, found)
        likeness = (vectors[:-1] * vectors[1:]).sum(axis=1)
        firsts = [0, *sorted(1 + np.argsort(likeness, kind="stable")[: self.cuts]), len(found)]
        return [Span(found[a].start, found[b - 1].end) for a, b in zip(firsts, firsts[1:])]
'''

REFERENCE = '''
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.geometry import Span
from rag_core.part import register
from rag_core.parts.reference.base import Reference
from rag_core.stages.candidate import Candidate
from rag_core.stages.entries import Entry


@register
class ToyReference(Reference):
    """Indexes chunks, and resolves each to a window around it."""

    kind: Literal["toy_reference"] = "toy_reference"
    label: ClassVar[str] = "Toy reference"
    summary: ClassVar[str] = "Toy: retrieves a window around each chunk"

    window_characters: int = Field(50, ge=0, le=1000, title="Toy window", description="Characters on either side")

    def entries(self, document, chunks, resources):
        return [Entry("chunk", chunk, windows=(chunk,)) for chunk in chunks]

    def resolve(self, prefix, built):
        return [self._widened(candidate, built) for candidate in super().resolve(prefix, built)]

    def _widened(self, candidate, built):
        start, end = candidate.span
        text = built.documents[candidate.document].text
        window = Span(max(start - self.window_characters, 0), min(end + self.window_characters, len(text)))
        return Candidate(candidate.document, window, candidate.score, candidate.via)
'''

QUERY = '''
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.query.base import QueryTransform
from rag_core.stages.query import Query


@register
class ToyQuery(QueryTransform):
    """Asks the question, and each half of its words."""

    kind: Literal["toy_query"] = "toy_query"
    label: ClassVar[str] = "Toy query"
    summary: ClassVar[str] = "Toy: asks the question and its halves"

    weight: float = Field(0.5, ge=0, le=2, title="Toy weight", description="Weight of each half")

    def queries(self, question, resources):
        words = question.split()
        middle = (len(words) + 1) // 2
        halves = [" ".join(words[:middle]), " ".join(words[middle:]) or question]
        return [Query(question), *(Query(half, weight=self.weight) for half in halves)]
'''

SEARCH = '''
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from rag_core.part import register
from rag_core.parts.search.base import Search
from rag_core.stages.ranking import Ranking, Scored


@register
class ToySearch(Search):
    """Counts the words that an entry shares with the queries."""

    kind: Literal["toy_search"] = "toy_search"
    label: ClassVar[str] = "Toy search"
    summary: ClassVar[str] = "Toy: counts shared words"
    score_name: ClassVar[str] = "shared words"

    min_letters: int = Field(3, ge=1, le=20, title="Toy letters", description="Letters of the words that count")

    def index(self, entries, documents, resources):
        texts = [entry.text(documents[entry.document]) for entry in entries]
        return ToyIndex([self.words(text) for text in texts], self.words)

    def words(self, text):
        return {word.strip(".,?").lower() for word in text.split() if len(word) >= self.min_letters}


class ToyIndex:
    def __init__(self, entries, words):
        self._entries, self._words = entries, words

    def search(self, queries, resources, limit=None):
        scores = np.zeros(len(self._entries))
        for query in queries:
            scores += [query.weight * len(words & self._words(query.text)) for words in self._entries]
        best = np.argsort(-scores, kind="stable")[:limit]
        return Ranking([Scored(int(i), float(scores[i])) for i in best], limit is None, {"toy": scores})
'''

RERANK = '''
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.rerank.base import Reranker, reranked


@register
class ToyReranker(Reranker):
    """Puts those first whose last words, read by the embedding model, are most like the question."""

    kind: Literal["toy_rerank"] = "toy_rerank"
    label: ClassVar[str] = "Toy reranker"
    summary: ClassVar[str] = "Toy: compares the ends of texts with the question"

    entries: int = Field(3, ge=1, le=50, title="Toy entries", description="Entries re-scored")

    def rerank(self, question, ranking, built, resources):
        first = ranking.scored[: self.entries]
        ends = [built.text(built.entries[scored.entry])[-40:] for scored in first]
        scores = resources.vectors.of_texts(ends) @ resources.vectors.of_query(question)
        return reranked(ranking, {s.entry: float(score) for s, score in zip(first, scores)}, len(built.entries))
'''

BUDGET = '''
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.budget.base import Budget


@register
class ToyBudget(Budget):
    """Takes every entry whose score is near the best one's."""

    kind: Literal["toy_budget"] = "toy_budget"
    label: ClassVar[str] = "Toy budget"
    summary: ClassVar[str] = "Toy: takes what scores nearly as well as the best"

    margin: float = Field(0.1, ge=0, le=1, title="Toy margin", description="How much lower a score may be")

    def take(self, ranking, resolve, built):
        if not ranking.scored:
            return []
        least = ranking.scored[0].score - self.margin
        return resolve([scored for scored in ranking.scored if scored.score >= least])
'''

ANSWER = '''
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.part import register
from rag_core.parts.answer.base import Answering


@register
class ToyAnswer(Answering):
    """Asks the model about the best hit alone."""

    kind: Literal["toy_answer"] = "toy_answer"
    label: ClassVar[str] = "Toy answer"
    summary: ClassVar[str] = "Toy: one call with the best hit"

    room: int = Field(200, ge=1, le=4000, title="Toy room", description="Tokens of the hit")

    async def write(self, draft):
        hit = await draft.whole(draft.excerpts[0], self.room)
        await draft.stream(f"TOY PROMPT\\n{hit}\\n{draft.question}")
'''


@dataclass(frozen=True)
class Toy:
    """A toy part's slot, kind, and one of its fields with its title, its bounds and a value that is no default."""

    slot: str
    source: str
    field: str
    title: str
    bounds: tuple[float, float]
    value: float

    @property
    def kind(self) -> str:
        return f"toy_{self.slot}"

    @property
    def spec(self) -> str:
        return f"baseline:{self.slot}.kind={self.kind},{self.slot}.{self.field}={self.value}"


TOYS = [
    Toy("parser", PARSER, "max_pages", "Toy pages", (1, 500), 2),
    Toy("chunker", CHUNKER, "cuts", "Toy cuts", (0, 20), 3),
    Toy("reference", REFERENCE, "window_characters", "Toy window", (0, 1000), 20),
    Toy("query", QUERY, "weight", "Toy weight", (0, 2), 0.25),
    Toy("search", SEARCH, "min_letters", "Toy letters", (1, 20), 2),
    Toy("rerank", RERANK, "entries", "Toy entries", (1, 50), 4),
    Toy("budget", BUDGET, "margin", "Toy margin", (0, 1), 0.5),
    Toy("answer", ANSWER, "room", "Toy room", (1, 4000), 100),
]

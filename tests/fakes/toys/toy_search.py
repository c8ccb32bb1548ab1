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

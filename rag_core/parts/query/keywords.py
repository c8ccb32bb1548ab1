"""The query transform `keywords`: searches for the rarest words of the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.part import register
from rag_core.parts.query.base import QueryTransform
from rag_core.parts.query.rarity import rarities
from rag_core.stages.query import Query
from rag_core.stages.resources import Resources
from rag_core.text.numbers import counted
from rag_core.text.terms import Language, Term, function_words, words_of


@register
class Keywords(QueryTransform):
    """Searches for the words of the question that are rarest in the documents (by inverse document frequency, Spärck
    Jones 1972), in the order of the question; no language model is needed.

    Words that name nothing, such as "what" and "were", and words that no document has, are left out: "what" is rare in
    a report. A question of nothing else is searched as it is.
    """

    kind: Literal["keywords"] = "keywords"
    label: ClassVar[str] = "Keywords"
    summary: ClassVar[str] = "Searches for the rarest words of the question; needs no language model"

    keywords: int = Field(
        4,
        ge=1,
        le=30,
        title="Words",
        description="Maximum number of words of the question that are searched: those that the fewest lines or "
        "paragraphs of the documents have",
    )
    language: Language = Field(
        "english",
        title="Language of the words",
        description="The language whose stop words are left out, and by whose stems words are the same",
    )

    @override
    def short(self) -> str:
        return counted(self.keywords, "keyword")

    @override
    def queries(self, question: str, resources: Resources) -> Sequence[Query]:
        words = words_of(self.language, stemmed=True)
        skipped = function_words(self.language)
        placed: dict[str, Term] = {}
        for term in words.placed(question):
            if question[term.start : term.end].lower() not in skipped:
                placed.setdefault(term.text, term)
        found = rarities(list(placed), resources.documents, words)
        if not found:
            resources.asked.note("No keyword of the question is in the documents: it is searched as it is.")
            return [Query(question)]
        rarest = sorted(found, key=lambda term: -found[term])[: self.keywords]
        kept = sorted((placed[term] for term in rarest), key=lambda term: term.start)
        return [Query(" ".join(question[term.start : term.end] for term in kept))]

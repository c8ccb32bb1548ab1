"""What all parts of a comparison's page share: names, documents, the score axis, and which column found what."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.pipeline.aligned import alignment_notices
from rag_core.pipeline.overlap import Found, Overlap, found_by, laid_onto, overlap
from rag_core.pipeline.results import Comparison
from rag_core.stages.explanation import Explanation
from rag_core.stages.results import Hit
from rag_core.text.tokenizers import get_tokenizer


class Where(NamedTuple):
    """Where a text stands: its document's label, empty if there is only one, and its pages, empty if it has none."""

    document: str
    pages: str


class ComparisonView:
    """A comparison with its documents, all texts that its columns searched, and the columns' names on the page.

    `explanations` say for each column why its hits were scored so; None where nobody asked.
    """

    def __init__(
        self,
        comparison: Comparison,
        documents: Sequence[Document],
        names: Sequence[str],
        explanations: Sequence[Sequence[Explanation]] | None = None,
    ) -> None:
        self.comparison = comparison
        self.documents = list(documents)
        self.names = list(names)
        self.explanations = explanations
        self._by_id = {document.id: document for document in documents}
        self._laid: dict[tuple[int, str], Sequence[Span]] = {}

    def count(self, text: str) -> int:
        """Tokens of a text, in the comparison's tokenizer."""
        return get_tokenizer(self.comparison.tokenizer).count(text)

    def document(self, document_id: str) -> Document:
        """The document with this id."""
        return self._by_id[document_id]

    def why(self, column: int, hit: Hit) -> Explanation | None:
        """Why the hit of that column has its scores; None where nobody asked."""
        return self.explanations[column][hit.rank - 1] if self.explanations is not None else None

    @cached_property
    def found(self) -> list[Found]:
        """For each column, the characters that it found."""
        return [found_by(column) for column in self.comparison.columns]

    @cached_property
    def has_several_sources(self) -> bool:
        """Whether there is more than one document, whatever number of parsers has read it."""
        return len({document.source_id for document in self.documents}) > 1

    def found_in(self, column: int, document_id: str) -> Sequence[Span]:
        """The characters of that document that the column found, there or in another parser's text of the same file."""
        if (column, document_id) not in self._laid:
            self._laid[column, document_id] = self._lay(self.found[column], document_id)
        return self._laid[column, document_id]

    @cached_property
    def overlap(self) -> Overlap:
        """How the columns' hits lie over each other."""
        return overlap(self.found, self._lay)

    @cached_property
    def alignments(self) -> list[str]:
        """For each file with several texts, how much of them could be laid over each other."""
        return alignment_notices(self.documents)

    def _lay(self, found: Found, document_id: str) -> Sequence[Span]:
        return laid_onto(found, self.document(document_id), self._by_id)

    @cached_property
    def score_names(self) -> list[str]:
        """For each column, what its scores are: those with different names are not on one scale."""
        return [column.strategy.score_name for column in self.comparison.columns]

    def score_axis(self, column: int) -> tuple[float, float]:
        """From 0, or the lowest score if that is negative, to the highest: never clipped.

        It is the same for all columns whose scores are of the same kind as this column's.
        """
        names, columns = self.score_names, self.comparison.columns
        hits = (hit for i, other in enumerate(columns) if names[i] == names[column] for hit in other.hits)
        scores = [0.0, *(hit.score for hit in hits if hit.score is not None)]
        low, high = min(scores), max(scores)
        return (low, high) if high > low else (0.0, 1.0)

    def cited(self, column: int, hit: Hit) -> Span | None:
        """The first stretch of the hit that the column's answer quotes."""
        answer = self.comparison.columns[column].answer
        quoted = [c for c in answer.citations if c.hit == hit.rank] if answer else []
        return Span(quoted[0].start, quoted[0].end) if quoted else None


def names_of(labels: Sequence[str]) -> list[str]:
    """Column names that can be told apart: equal ones are numbered."""
    return [
        f"{label} {labels[: i + 1].count(label)}" if list(labels).count(label) > 1 else label
        for i, label in enumerate(labels)
    ]

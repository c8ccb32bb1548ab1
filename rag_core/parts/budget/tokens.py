"""The budget `tokens`: a limit on context tokens, for a fair comparison of large chunks with small ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.sentences import truncate_to_tokens
from rag_core.part import register
from rag_core.parts.budget.base import Budget, Resolve, tokens_of
from rag_core.parts.budget.prefixes import shortest_prefix
from rag_core.stages.built_index import BuiltIndex
from rag_core.stages.candidate import Candidate
from rag_core.stages.ranking import Scored
from rag_core.text.numbers import counted
from rag_core.text.tokenizers import get_tokenizer


@register
class ContextTokens(Budget):
    """Takes distinct chunks by rank, up to n tokens in the document's tokenizer; the last is cut at a sentence end."""

    kind: Literal["tokens"] = "tokens"
    label: ClassVar[str] = "n context tokens"
    summary: ClassVar[str] = "Takes distinct chunks up to n tokens; the last one is cut at a sentence end"

    tokens: int = Field(
        2000, ge=50, le=32_000, title="Context tokens", description="Token limit of the answer's context"
    )

    @override
    def short(self) -> str:
        return counted(self.tokens, "context token")

    @override
    def chosen(self, scored: Sequence[Scored], resolve: Resolve, built: BuiltIndex) -> list[Candidate]:
        if built.resolves_each:
            return self._filled(resolve(scored), built)
        prefix = shortest_prefix(scored, lambda prefix: tokens_of(resolve(prefix), built) > self.tokens)
        candidates = resolve(prefix)
        if built.takes_whole_entries and len(prefix) > 1 and tokens_of(candidates, built) > self.tokens:
            return resolve(prefix[:-1])
        return self._filled(candidates, built)

    def _filled(self, candidates: Sequence[Candidate], built: BuiltIndex) -> list[Candidate]:
        """The first candidates that fit, and the sentences of the next one that still fit."""
        taken: list[Candidate] = []
        left = self.tokens
        for candidate in candidates:
            used = tokens_of([candidate], built)
            if used > left:
                document = built.documents[candidate.document]
                count = get_tokenizer(document.tokenizer).count
                # Part of a sentence is better than a column without hits.
                cut = truncate_to_tokens(document, candidate.span, left, count, at_any_word=not taken)
                return taken + ([replace(candidate, span=cut)] if cut else [])
            taken.append(candidate)
            left -= used
        return taken

"""The same number of context tokens for every column: the fair comparison of big chunks with small ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.document import Document
from rag_core.documents.sentences import truncate_to_tokens
from rag_core.part import register
from rag_core.parts.budget.base import PARENTS_CODE, Budget, Candidate, parents
from rag_core.program import Code, Setting
from rag_core.stages.entries import Entry, Scored
from rag_core.text.tokenizers import get_tokenizer

_CODE = Code(
    imports=(
        "import re",
        "from bisect import bisect_right",
        "from llama_index.core.retrievers import BaseRetriever",
        "from llama_index.core.schema import NodeWithScore, TextNode",
    ),
    functions=r'''class FirstTokens(BaseRetriever):
    """Hands on hits until the context is full; the last one is cut at a sentence end."""

    def __init__(self, retriever):
        self._retriever = retriever
        super().__init__()

    def _retrieve(self, query_bundle):
        taken, left = [], CONTEXT_TOKENS
        for hit in self._retriever.retrieve(query_bundle):
            text = hit.node.get_content()
            used = len(tokenize(text))
            if used > left:
                head = cut(text, left, at_any_word=not taken)
                return taken + ([NodeWithScore(node=TextNode(text=head), score=hit.score)] if head else [])
            taken.append(hit)
            left -= used
        return taken


def cut(text, most_tokens, at_any_word):
    """The longest head of the text that fits and ends with a sentence, or if need be with a word or within one."""
    words = [match.start() for match in re.finditer(r"(?<=\S)\s", text)]
    places = [words, range(1, len(text))] if at_any_word else []
    for ends in [[end for _, end in sentences(text)], *places]:
        fitting = bisect_right(ends, most_tokens, key=lambda end: len(tokenize(text[:end])))
        if fitting:
            return text[: ends[fitting - 1]]
    return ""
''',
)


@register
class ContextTokens(Budget):
    """Takes distinct chunks by rank until n tokens are full; the last is cut at a sentence end."""

    kind: Literal["tokens"] = "tokens"
    label: ClassVar[str] = "n context tokens"
    summary: ClassVar[str] = "Takes distinct chunks until n tokens are full; the last one is cut at a sentence end"

    tokens: int = Field(2000, ge=50, le=32_000, title="Context tokens", description="Most tokens handed to the answer")

    def short(self) -> str:
        """See Part."""
        return f"{self.tokens:,} context tokens"

    def take(
        self, ranked: Sequence[Scored], entries: Sequence[Entry], documents: Sequence[Document], searched: int
    ) -> list[Candidate]:
        """See Budget."""
        taken: list[Candidate] = []
        left = self.tokens
        for hit in parents(ranked, entries):
            document = documents[hit.document]
            count = get_tokenizer(document.tokenizer).count
            used = count(document.text[hit.span.start : hit.span.end])
            if used > left:
                # An empty column would say less than a part of a sentence.
                cut = truncate_to_tokens(document, hit.span, left, count, at_any_word=not taken)
                return taken + ([Candidate(hit.document, cut, hit.score, hit.via)] if cut else [])
            taken.append(hit)
            left -= used
        return taken

    def llama_index_top_k(self, refers: bool) -> str:
        """See Budget."""
        return "len(entries)" if refers else "len(chunks)"

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        parents_code = PARENTS_CODE if setting.refers else Code()
        return Code(
            imports=(*_CODE.imports, *parents_code.imports),
            constants={"CONTEXT_TOKENS": self.tokens},
            functions=_CODE.functions,
            lines=parents_code.lines + "retriever = FirstTokens(retriever)\n",
            needs=(setting.tokenize, setting.sentences),
        )

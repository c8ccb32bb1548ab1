"""The context of a chunk: a text that says where it stands in its document, as in Anthropic's contextual retrieval.

The prompt is that of https://www.anthropic.com/news/contextual-retrieval. The document comes first, so that a server
that caches the beginnings of prompts reads it once for many chunks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from rag_core.documents.document import Document
from rag_core.enrichment.seen_part import seen_part, token_count
from rag_core.enrichment.sendable import as_utf8
from rag_core.enrichment.written_text import WrittenText
from rag_core.geometry import Span
from rag_core.llms.base import ChatModel
from rag_core.text.numbers import counted

# str.replace and not str.format: documents contain braces.
PROMPT = """\
<document>
{{WHOLE_DOCUMENT}}
</document>
Here is the chunk we want to situate within the whole document
<chunk>
{{CHUNK_CONTENT}}
</chunk>
Please give a short succinct context to situate this chunk within the overall document for the purposes of improving \
search retrieval of the chunk. Answer only with the succinct context and nothing else."""
_BEFORE, _BETWEEN, _AFTER = PROMPT.replace("{{CHUNK_CONTENT}}", "{{WHOLE_DOCUMENT}}").split("{{WHOLE_DOCUMENT}}")


@dataclass(frozen=True)
class Context(WrittenText):
    """A sentence or two that say where the chunk stands in its document and what it is about."""

    kind: ClassVar[str] = "context"
    field: ClassVar[str] = "context"
    one: ClassVar[str] = "a context"
    many: ClassVar[str] = "contexts"

    @property
    @override
    def expected_tokens(self) -> int:
        return 75  # "usually 50-100 tokens", says the source

    @override
    def prompt(self, document: Document, span: Span, llm: ChatModel) -> str:
        start, end = self._seen(document, span, llm)
        return as_utf8(f"{_BEFORE}{document.text[start:end]}{self._rest(document, span)}")

    @override
    def prompt_tokens(self, document: Document, span: Span, llm: ChatModel) -> int:
        # The document is the same for all chunks, or for many: it is counted once.
        start, end = self._seen(document, span, llm)
        return token_count(llm, document.text[start:end]) + self._other_tokens(document, span, llm)

    @override
    def asked(self, document: Document, span: Span) -> str:
        return f"{_BEFORE}{document.text_hash}{self._rest(document, span)} {span.start}"

    @override
    def limit_notice(self, documents: Sequence[Document], llm: ChatModel) -> str:
        seen = [(document, self._seen(document, Span(0, 0), llm)) for document in documents]
        cut = [document for document, span in seen if span != (0, len(document.text))]
        if not cut:
            return ""
        tokens = max(token_count(llm, document.text) for document in cut)
        return (
            f"{counted(len(cut), 'document')} with up to {tokens:,} tokens {'does' if len(cut) == 1 else 'do'} not fit "
            f"the context window of {llm.name}, {llm.context_tokens:,} tokens: it sees the part around each chunk only."
        )

    def _seen(self, document: Document, span: Span, llm: ChatModel) -> Span:
        return seen_part(document, span, self._other_tokens(document, span, llm), llm)

    def _other_tokens(self, document: Document, span: Span, llm: ChatModel) -> int:
        return llm.count_tokens(as_utf8(_BEFORE + self._rest(document, span)))

    def _rest(self, document: Document, span: Span) -> str:
        return f"{_BETWEEN}{document.text[span.start : span.end]}{_AFTER}"

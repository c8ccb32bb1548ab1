"""Words up to a size, whatever the sentence: the cuts of LlamaIndex's TokenTextSplitter."""

from __future__ import annotations

from collections import deque
from typing import ClassVar, Literal

from rag_core.chunkers.base import SizedChunker
from rag_core.chunkers.split_tree import Piece, by_separator
from rag_core.documents.document import Span
from rag_core.parts import register
from rag_core.program import Code, Setting

_LINES = """\
# Not get_nodes_from_documents: it takes two tokens off the size for metadata, even where there is none.
chunks = [TextNode(text=piece) for piece in splitter.split_text(text)]
"""


def merge_words(pieces: list[Piece], chunk_tokens: int, overlap_tokens: int) -> list[Span]:
    """LlamaIndex's TokenTextSplitter._merge over spans: a new chunk keeps the last pieces within the overlap."""
    chunks: list[Span] = []
    current: deque[Piece] = deque()
    tokens = 0
    for piece in pieces:
        if current and tokens + piece.tokens > chunk_tokens:
            chunks.append(Span(current[0].start, current[-1].end))
            while current and (tokens > overlap_tokens or tokens + piece.tokens > chunk_tokens):
                tokens -= current.popleft().tokens
        current.append(piece)
        tokens += piece.tokens
    if current:
        chunks.append(Span(current[0].start, current[-1].end))
    return chunks


@register
class TokenChunker(SizedChunker):
    """Fills chunks with words up to the size; sentences are cut where the size says."""

    kind: Literal["token"] = "token"
    label: ClassVar[str] = "Token"
    summary: ClassVar[str] = "Fills each chunk with words up to the size (LlamaIndex's TokenTextSplitter)"

    splitters = (by_separator(" "), by_separator("\n"))
    merge = staticmethod(merge_words)

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        return self._code_of_splitter("TokenTextSplitter", setting, "TextNode", _LINES)

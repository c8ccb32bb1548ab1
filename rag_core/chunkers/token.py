"""Words up to a size, whatever the sentence: the cuts of LlamaIndex's TokenTextSplitter."""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import ClassVar, Literal

from rag_core.chunkers.base import SizedChunker
from rag_core.chunkers.split_tree import Piece, SplitTree, ascending, by_character, by_separator, stripped
from rag_core.documents.document import Document, Span
from rag_core.parts import register
from rag_core.program import Code, Setting
from rag_core.tokenizers import get_tokenizer

_LINES = """\
# Not get_nodes_from_documents: it takes two tokens off the size for metadata, even where there is none.
chunks = [TextNode(text=piece) for piece in splitter.split_text(text)]
"""


@register
class TokenChunker(SizedChunker):
    """Fills chunks with words up to the size; sentences are cut where the size says."""

    kind: Literal["token"] = "token"
    label: ClassVar[str] = "Token"
    summary: ClassVar[str] = "Fills each chunk with words up to the size (LlamaIndex's TokenTextSplitter)"

    def chunk(self, document: Document, within: Span | None = None) -> list[Span]:
        """See Chunker."""
        text = document.text
        span = within or Span(0, len(text))
        pieces = _tree(text, span, document.tokenizer).pieces(self.chunk_tokens)
        chunks = merge_words(pieces, self.chunk_tokens, self.overlap_tokens)
        return ascending([s for start, end in chunks if (s := stripped(text, start, end))])

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        return self._code_of_splitter("TokenTextSplitter", setting, "TextNode", _LINES)


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


@lru_cache(maxsize=256)
def _tree(text: str, span: Span, tokenizer: str) -> SplitTree:
    splitters = (by_separator(" "), by_separator("\n"), by_character)
    return SplitTree(text, span, splitters, get_tokenizer(tokenizer).count)

"""The chunker `token`: words up to a size, with the same cuts as LlamaIndex's TokenTextSplitter."""

from __future__ import annotations

from typing import ClassVar, Literal

from rag_core.part import register
from rag_core.parts.chunker.base import SplitTreeChunker
from rag_core.parts.chunker.split_tree import by_separator


@register
class TokenChunker(SplitTreeChunker):
    """Fills chunks with words up to the size, without regard to sentences."""

    kind: Literal["token"] = "token"
    label: ClassVar[str] = "Token"
    summary: ClassVar[str] = "Fills each chunk with words up to the size (LlamaIndex's TokenTextSplitter)"

    splitters = (by_separator(" "), by_separator("\n"))

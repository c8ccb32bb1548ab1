"""Words up to a size, whatever the sentence: the cuts of LlamaIndex's TokenTextSplitter."""

from __future__ import annotations

from typing import ClassVar, Literal

from rag_core.part import register
from rag_core.parts.chunker.base import SizedChunker
from rag_core.parts.chunker.split_tree import by_separator
from rag_core.program import Code, Setting

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

    splitters = (by_separator(" "), by_separator("\n"))

    def llama_index_code(self, setting: Setting) -> Code:
        """See Part."""
        return self._code_of_splitter("TokenTextSplitter", setting, "TextNode", _LINES)

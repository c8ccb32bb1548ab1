"""Code that makes `chunks` of `text`."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.chunker.base import SizedChunker
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.token import TokenChunker

_TOKEN_LINES = """\
# Not get_nodes_from_documents: it takes two tokens off the size for metadata, even where there is none.
chunks = [TextNode(text=piece) for piece in splitter.split_text(text)]
"""


@part_code.register
def _(part: SentenceChunker, setting: Setting) -> Code:
    lines = "chunks = splitter.get_nodes_from_documents([Document(text=text)])\n"
    return _splitter_code(part, setting, "SentenceSplitter", "Document", lines)


@part_code.register
def _(part: TokenChunker, setting: Setting) -> Code:
    return _splitter_code(part, setting, "TokenTextSplitter", "TextNode", _TOKEN_LINES)


def _splitter_code(part: SizedChunker, setting: Setting, name: str, node: str, lines: str) -> Code:
    splitter = setting.splitter(name, "CHUNK_TOKENS", "OVERLAP_TOKENS")
    return Code(
        imports=(*splitter.imports, f"from llama_index.core.schema import {node}"),
        constants={"CHUNK_TOKENS": part.chunk_tokens, "OVERLAP_TOKENS": part.overlap_tokens},
        lines=splitter.lines + lines + setting.place("chunks", "text"),
        needs=(*splitter.needs, *setting.late_needs),
    )

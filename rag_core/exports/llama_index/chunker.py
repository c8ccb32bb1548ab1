"""Code that makes `chunks` of `text`; that of the kinds that LlamaIndex lacks is in own_chunkers.py."""

from __future__ import annotations

from functools import singledispatch

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.joining import joined_code
from rag_core.exports.llama_index.own_chunkers import atoms_code, characters_code, recursive_spans_code
from rag_core.exports.llama_index.places import placing
from rag_core.exports.llama_index.semantic_chunkers import cluster_semantic_code, semantic_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.structural_chunkers import headings_code, pages_code
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.chunker.atoms import AtomChunker
from rag_core.parts.chunker.base import Chunker, SizedChunker
from rag_core.parts.chunker.characters import CharacterChunker
from rag_core.parts.chunker.cluster_semantic import ClusterSemanticChunker
from rag_core.parts.chunker.markdown import MarkdownChunker
from rag_core.parts.chunker.page import PageChunker
from rag_core.parts.chunker.recursive import SEPARATORS, RecursiveChunker
from rag_core.parts.chunker.semantic import SemanticChunker
from rag_core.parts.chunker.sentence import SentenceChunker
from rag_core.parts.chunker.token import TokenChunker

_SENTENCE_LINES = "chunks = splitter.get_nodes_from_documents([Document(text=text)])\n"
_TOKEN_LINES = """\
# Not get_nodes_from_documents: it takes two tokens off the size for metadata, even where there is none.
chunks = [TextNode(text=piece) for piece in splitter.split_text(text)]
"""
_RECURSIVE_LINES = """\
splitter = RecursiveCharacterTextSplitter(
    chunk_size=CHUNK_TOKENS,
    chunk_overlap=OVERLAP_TOKENS,
    length_function=lambda piece: len(tokenize(piece)),
    separators=SEPARATORS,
)
chunks = LangchainNodeParser(splitter).get_nodes_from_documents([Document(text=text)])
"""


@singledispatch
def joins_small(chunker: Chunker) -> bool:
    """Whether chunks that are too small are joined to others."""
    return False


@joins_small.register
def _(chunker: SizedChunker | SemanticChunker | ClusterSemanticChunker) -> bool:
    return chunker.min_chunk_tokens > 0


@part_code.register
def _(part: SentenceChunker, setting: Setting) -> Code:
    return _splitter_code(part, setting, "SentenceSplitter", "Document", _SENTENCE_LINES)


@part_code.register
def _(part: TokenChunker, setting: Setting) -> Code:
    return _splitter_code(part, setting, "TokenTextSplitter", "TextNode", _TOKEN_LINES)


@part_code.register
def _(part: RecursiveChunker, setting: Setting) -> Code:
    constants = {**_sizes(part), "SEPARATORS": (*SEPARATORS[part.separators], "")}
    if setting.placed:
        spans, joined = recursive_spans_code(setting), joined_code(part.min_chunk_tokens, "CHUNK_TOKENS", setting)
        return Code(constants=constants, lines=spans.lines + joined.lines, needs=(*spans.needs, *joined.needs))
    return Code(
        imports=(
            "from langchain_text_splitters import RecursiveCharacterTextSplitter",
            "from llama_index.core.node_parser import LangchainNodeParser",
            "from llama_index.core.schema import Document",
        ),
        constants=constants,
        lines=_RECURSIVE_LINES,
        needs=(setting.tokenize,),
    )


@part_code.register
def _(part: AtomChunker, setting: Setting) -> Code:
    return atoms_code(part.chunk_tokens, setting)


@part_code.register
def _(part: CharacterChunker, setting: Setting) -> Code:
    return characters_code(part.chunk_characters, part.overlap_characters)


@part_code.register
def _(part: MarkdownChunker, setting: Setting) -> Code:
    return headings_code(part, part.max_heading_level, setting)


@part_code.register
def _(part: PageChunker, setting: Setting) -> Code:
    return pages_code(part, setting)


@part_code.register
def _(part: SemanticChunker, setting: Setting) -> Code:
    return semantic_code(part, setting)


@part_code.register
def _(part: ClusterSemanticChunker, setting: Setting) -> Code:
    return cluster_semantic_code(part, setting)


def _splitter_code(part: SizedChunker, setting: Setting, name: str, node: str, lines: str) -> Code:
    splitter = setting.splitter(name, "CHUNK_TOKENS", "OVERLAP_TOKENS")
    placed, joined = placing(setting, "chunks", "text"), joined_code(part.min_chunk_tokens, "CHUNK_TOKENS", setting)
    return Code(
        imports=(*splitter.imports, f"from llama_index.core.schema import {node}"),
        constants=_sizes(part),
        lines=splitter.lines + lines + placed.lines + joined.lines,
        needs=(*splitter.needs, *placed.needs, *joined.needs),
    )


def _sizes(part: SizedChunker) -> dict[str, object]:
    return {"CHUNK_TOKENS": part.chunk_tokens, "OVERLAP_TOKENS": part.overlap_tokens}

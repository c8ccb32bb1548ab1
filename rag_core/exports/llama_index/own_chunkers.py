"""Code of chunkers that LlamaIndex lacks, or lacks the offsets of: `recursive`, `characters` and `atoms`."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.places import MERGED_SPANS, NODES_OF_SPANS, STRIPPED
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.chunker import equal_parts

_RECURSIVE = '''\
def recursive_spans(text, start, end, separators, max_tokens, overlap_tokens):
    """Where the chunks stand that LangChain's RecursiveCharacterTextSplitter makes.

    Its own start_index comes from str.find, which errs where a text repeats itself. Pieces between the first of the
    separators that occurs are merged into chunks; those that are too long are cut at finer separators.
    """
    at = next(i for i, separator in enumerate(separators) if separator in text[start:end])
    found = re.finditer(re.escape(separators[at]), text[start:end])
    short = []
    for first, last in pairwise(sorted({start, *(start + match.start() for match in found), end})):
        size = len(tokenize(text[first:last]))
        if size < max_tokens:
            short.append((first, last, size))
            continue
        yield from merged_spans(short, max_tokens, overlap_tokens)
        short = []
        finer = separators[at + 1 :]
        if finer:
            yield from recursive_spans(text, first, last, finer, max_tokens, overlap_tokens)
        else:
            yield first, last
    yield from merged_spans(short, max_tokens, overlap_tokens)
'''
RECURSIVE_SPANS = Code(
    imports=("import re", "from itertools import pairwise"),
    functions=_RECURSIVE,
    needs=(MERGED_SPANS,),
)
_CHARACTERS = '''\
def character_spans(text):
    """Where the chunks of a fixed number of characters stand; none cuts what is read as one character."""
    pieces = []
    for match in regex.finditer(r"\\X", text):
        for first in range(match.start(), match.end(), CHUNK_CHARACTERS):
            last = min(first + CHUNK_CHARACTERS, match.end())
            pieces.append((first, last, last - first))
    return merged_spans(pieces, CHUNK_CHARACTERS, OVERLAP_CHARACTERS)
'''
_ATOMS = '''\
def atom_spans(text, count):
    """Where each sentence and line of the text stands; long ones are cut into equal parts."""
    start = 0
    for line in text.split("\\n"):
        first = start + len(line) - len(line.lstrip())
        for a, b in sentences(line.strip()):
            yield from equal_parts(text, first + a, first + b, CHUNK_TOKENS, count)
        start += len(line) + 1
'''


def recursive_spans_code(setting: Setting) -> Code:
    """The line that makes `chunks` as LangChain's splitter does, and what it needs."""
    return Code(
        lines="spans = recursive_spans(text, 0, len(text), SEPARATORS, CHUNK_TOKENS, OVERLAP_TOKENS)\n"
        "chunks = nodes_of(text, stripped(text, spans))\n",
        needs=(setting.tokenize, RECURSIVE_SPANS, STRIPPED, NODES_OF_SPANS),
        own="the offsets of LangChain's chunks",
    )


def characters_code(chunk_characters: int, overlap_characters: int) -> Code:
    """The lines that make `chunks` of a fixed number of characters, and what they need."""
    return Code(
        imports=("import regex",),
        constants={"CHUNK_CHARACTERS": chunk_characters, "OVERLAP_CHARACTERS": overlap_characters},
        functions=_CHARACTERS,
        lines="chunks = nodes_of(text, stripped(text, character_spans(text)))\n",
        needs=(MERGED_SPANS, STRIPPED, NODES_OF_SPANS),
        own="chunks of characters that keep accents and emoji whole",
    )


def atoms_code(chunk_tokens: int, setting: Setting) -> Code:
    """The lines that make `chunks` of single sentences and lines, and what they need."""
    return Code(
        constants={"CHUNK_TOKENS": chunk_tokens},
        functions=_ATOMS,
        lines="chunks = nodes_of(text, stripped(text, atom_spans(text, count)))\n",
        needs=(setting.count, setting.sentences, pasted(equal_parts), STRIPPED, NODES_OF_SPANS),
        own="sentences and lines as chunks",
    )

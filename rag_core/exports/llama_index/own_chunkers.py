"""Code of chunkers that LlamaIndex lacks, or lacks the offsets of: `recursive` and `atoms`."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.places import MERGED_SPANS, NODES_OF_SPANS, STRIPPED
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.chunker import equal_parts

_RECURSIVE = '''\
def recursive_spans(text, start, end, separators):
    """Where the chunks stand that LangChain's RecursiveCharacterTextSplitter makes.

    Its own start_index comes from str.find, which errs where a text repeats itself. Pieces between the first of the
    separators that occurs are merged into chunks; those that are too long are cut at finer separators.
    """
    at = next(i for i, separator in enumerate(separators) if separator in text[start:end])
    found = re.finditer(re.escape(separators[at]), text[start:end])
    short = []
    for first, last in pairwise(sorted({start, *(start + match.start() for match in found), end})):
        size = len(tokenize(text[first:last]))
        if size < CHUNK_TOKENS:
            short.append((first, last, size))
            continue
        yield from merged_spans(short, CHUNK_TOKENS, OVERLAP_TOKENS)
        short = []
        finer = separators[at + 1 :]
        yield from recursive_spans(text, first, last, finer) if finer else [(first, last)]
    yield from merged_spans(short, CHUNK_TOKENS, OVERLAP_TOKENS)
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
    own = Code(
        imports=("import re", "from itertools import pairwise"),
        functions=_RECURSIVE,
        own="the offsets of LangChain's chunks",
    )
    return Code(
        lines="spans = recursive_spans(text, 0, len(text), SEPARATORS)\n"
        "chunks = nodes_of(text, stripped(text, spans))\n",
        needs=(setting.tokenize, MERGED_SPANS, STRIPPED, NODES_OF_SPANS, own),
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

"""Code of the chunkers `markdown` and `page`: the program has the blocks and pages from the JSON of `parse`."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.joining import joined_code
from rag_core.exports.llama_index.places import MERGED_SPANS, NODES_OF_SPANS, STRIPPED
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.chunker import equal_parts, unbroken
from rag_core.parts.chunker.structural import StructuralChunker

_SPANS = '''\
def structural_spans(text, blocks, cuts, count):
    """Where the chunks stand between the cuts; what is longer than a chunk is cut at paragraphs, lines, sentences."""
    whole = Unbroken(
        text,
        [(block["start"], block["end"]) for block in blocks if block["kind"] == "heading"],
        [(block["start"], block["end"]) for block in blocks if block["kind"] != "heading"],
        CHUNK_TOKENS,
        count,
        lambda start, end: sentence_starts(text, start, end),
        lambda start, end: equal_parts(text, start, end, CHUNK_TOKENS, count),
    )
    for start, end in whole.stretches(0, len(text), cuts, joins_headings=JOINS_HEADINGS):
        units = [(*unit, count(*unit)) for unit in whole.units(start, end)]
        yield from merged_spans(units, CHUNK_TOKENS, OVERLAP_TOKENS)


def sentence_starts(text, start, end):
    """Where the sentences of a stretch start; a line break ends a sentence."""
    starts = []
    for line in re.finditer(r"[^\\n]+", text[start:end]):
        first = start + line.start() + len(line[0]) - len(line[0].lstrip())
        starts += [first + a for a, _ in sentences(line[0].strip())]
    return starts
'''
_BLOCKS_WITHIN = 'blocks = [block for block in blocks if block["end"] <= len(text)]\n'


def headings_code(part: StructuralChunker, deepest: int, setting: Setting) -> Code:
    """The lines that make `chunks` of the sections of a document, and what they need."""
    lines = (
        'headings = [block for block in blocks if block["kind"] == "heading" and block["level"] <= MAX_HEADING_LEVEL]\n'
        'cuts = [line_start(text, heading["start"]) for heading in headings]\n'
    )
    return _structural_code(part, {"MAX_HEADING_LEVEL": deepest}, lines, "headings that Chunkscope finds", setting)


def pages_code(part: StructuralChunker, setting: Setting) -> Code:
    """The lines that make `chunks` of the pages of a document, and what they need."""
    lines = 'cuts = [page["start"] for page in pages if page["end"] > page["start"]]\n'
    return _structural_code(part, {}, lines, "chunks of pages", setting)


def _structural_code(
    part: StructuralChunker, constants: dict[str, object], lines: str, own: str, setting: Setting
) -> Code:
    joined = joined_code(part.min_chunk_tokens, "CHUNK_TOKENS", setting)
    sizes = {"CHUNK_TOKENS": part.chunk_tokens, "OVERLAP_TOKENS": part.overlap_tokens}
    made = "chunks = nodes_of(text, stripped(text, structural_spans(text, blocks, cuts, count)))\n"
    return Code(
        imports=("import re",),
        constants={**sizes, **constants, "JOINS_HEADINGS": part.joins_headings},
        functions=_SPANS,
        lines=_BLOCKS_WITHIN + lines + made + joined.lines,
        needs=(
            setting.count,
            setting.sentences,
            pasted(equal_parts),
            pasted(unbroken),
            MERGED_SPANS,
            STRIPPED,
            NODES_OF_SPANS,
            *joined.needs,
        ),
        own=own,
    )

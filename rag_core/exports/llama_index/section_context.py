"""Code of the reference `section_context`: headings as metadata, which LlamaIndex indexes with a node's text."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.reference import heading_path
from rag_core.parts.reference.section_context import SectionContext
from rag_core.text import line_starts

_ADD = '''\
def add_headings(chunks, text, blocks, count):
    """Give each chunk the headings above it as metadata, which are indexed before its text and not shown.

    Returns the spans of the headings of each chunk.
    """
    headings = [(line_start(text, block["start"]), block) for block in blocks if block["kind"] == "heading"]
    paths = []
    for chunk in chunks:
        path = bounded_path(text, headings_above(headings, chunk.start_char_idx), HEADING_TOKENS, count)
        paths.append(path)
        if path:
            chunk.metadata = {"headings": "\\n".join(text[start:end] for start, end in path)}
            chunk.metadata_template, chunk.text_template = "{value}", "{metadata_str}\\n{content}"
    return paths


def headings_above(headings, position):
    """Where the headings stand that a position is under, from the outermost in, without one that begins there.

    The headings are given with the starts of their lines.
    """
    path = []
    for line, block in headings:
        if line <= position:
            path = [outer for outer in path if outer["level"] < block["level"]] + [block]
    return [(block["start"], block["end"]) for block in path if block["start"] < position]
'''
_LATE = """\
for chunk, path in zip(chunks, paths, strict=True):
    chunk.embedding = late.embedding([*path, (chunk.start_char_idx, chunk.end_char_idx)])
"""


def section_context_code(part: SectionContext, setting: Setting) -> Code:
    """The lines that add headings to `chunks`, and what they need."""
    lines = "add_headings(chunks, text, blocks, count)\n"
    return Code(
        constants={"HEADING_TOKENS": part.heading_tokens},
        functions=_ADD,
        lines=f"paths = {lines}{_LATE}" if setting.late else lines,
        needs=(setting.count, pasted(heading_path), pasted(line_starts), *setting.late_needs),
        own="headings that Chunkscope finds",
    )

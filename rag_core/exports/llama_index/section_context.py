"""Code of the reference `section_context`: headings as metadata, which LlamaIndex indexes with a node's text."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.reference import heading_path
from rag_core.parts.reference.section_context import SectionContext

_ADD = '''\
def add_headings(chunks, text, blocks, count):
    """Give each chunk the headings above it as metadata, which are indexed before its text and not shown.

    Returns the spans of the headings of each chunk.
    """
    paths = []
    for chunk in chunks:
        path = bounded_path(text, headings_above(text, blocks, chunk.start_char_idx), HEADING_TOKENS, count)
        paths.append(path)
        if path:
            chunk.metadata = {"headings": "\\n".join(text[start:end] for start, end in path)}
            chunk.metadata_template, chunk.text_template = "{value}", "{metadata_str}\\n{content}"
    return paths


def headings_above(text, blocks, position):
    """Where the headings stand that a position is under, from the outermost in, without one that begins there."""
    path = []
    for block in blocks:
        line = max(text.rfind(mark, 0, block["start"]) for mark in "\\n\\r") + 1
        if block["kind"] == "heading" and line <= position:
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
        needs=(setting.count, pasted(heading_path), *setting.late_needs),
        own="headings that Chunkscope finds",
    )

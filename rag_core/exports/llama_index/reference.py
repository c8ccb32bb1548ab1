"""Code that makes `entries` of `chunks`; the code of the kind `metadata` is in metadata.py."""

from __future__ import annotations

import textwrap

from rag_core.exports.llama_index.code import Code, Setting
from rag_core.exports.llama_index.metadata import extractive_code, llm_code
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.reference.children import Children
from rag_core.parts.reference.itself import Itself
from rag_core.parts.reference.metadata import Metadata

_CHILD_ENTRIES = '''\
def child_entries(chunks):
    """Smaller chunks cut from each chunk, and the chunk itself: all refer to the chunk."""
    entries = []
    for chunk in chunks:
        for size in CHILD_TOKENS:
            CHILDREN
            entries += [IndexNode.from_text_node(child, chunk.node_id) for child in children]
        entries.append(IndexNode.from_text_node(chunk, chunk.node_id))
    return entries
'''


@part_code.register
def _(part: Itself, setting: Setting) -> Code:
    return Code(lines="late.embed(chunks)\n", needs=setting.late_needs) if setting.late else Code()


@part_code.register
def _(part: Children, setting: Setting) -> Code:
    splitter = setting.splitter("SentenceSplitter", "size", "CHILD_OVERLAP_TOKENS")
    children = splitter.lines + "children = splitter.get_nodes_from_documents([chunk])\n"
    children += setting.place("children", "chunk.text, chunk.start_char_idx")
    return Code(
        imports=(*splitter.imports, "from llama_index.core.schema import IndexNode"),
        constants={"CHILD_TOKENS": part.child_tokens, "CHILD_OVERLAP_TOKENS": part.overlap_tokens},
        functions=_CHILD_ENTRIES.replace("            CHILDREN\n", textwrap.indent(children, " " * 12)),
        lines="entries = child_entries(chunks)\n" + ("late.embed(entries)\n" if setting.late else ""),
        needs=(*splitter.needs, *setting.late_needs),
    )


@part_code.register
def _(part: Metadata, setting: Setting) -> Code:
    return llm_code(part, setting) if part.writer == "llm" else extractive_code(part, setting)

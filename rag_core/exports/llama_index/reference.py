"""Code that makes `entries` of `chunks`, or `windows` around them; that of the kind `metadata` is in metadata.py."""

from __future__ import annotations

import textwrap
from functools import singledispatch

from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.metadata import extractive_code, llm_code
from rag_core.exports.llama_index.places import NODES_OF_SPANS, SPANS_OF_NODES, placing
from rag_core.exports.llama_index.section_context import section_context_code
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.reference import window_spans
from rag_core.parts.reference.base import Reference
from rag_core.parts.reference.children import Children
from rag_core.parts.reference.itself import Itself
from rag_core.parts.reference.metadata import Metadata
from rag_core.parts.reference.section_context import SectionContext
from rag_core.parts.reference.windows import Windows

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
_IN_DOCUMENT_ORDER = "entries.sort(key=lambda entry: entry.start_char_idx)  # entries of equal score are ranked so\n"
_WINDOWS = Code(needs=(pasted(window_spans),), own="windows around each chunk")


@singledispatch
def level_count(reference: Reference) -> int:
    """The number of windows around each chunk; 1 where entries have no windows of several widths."""
    return 1


@level_count.register
def _(reference: Windows) -> int:
    return len(reference.window_tokens)


@singledispatch
def is_contextual(reference: Reference) -> bool:
    """Whether what is indexed has metadata that are indexed with its text; see `Setting.contextual`."""
    return False


@is_contextual.register
def _(reference: SectionContext) -> bool:
    return True


@singledispatch
def needs_places(reference: Reference) -> bool:
    """Whether the reference must know where the chunks stand."""
    return False


@needs_places.register
def _(reference: SectionContext) -> bool:
    return True


@singledispatch
def resolves(reference: Reference) -> bool:
    """Whether the code of the reference makes `entries` and `resolve`; see `Setting.resolving`."""
    return False


@singledispatch
def orders_entries(reference: Reference) -> bool:
    """Whether the entries of a chunk must be sorted to stand in document order."""
    return False


@orders_entries.register
def _(reference: Children) -> bool:
    return True


@part_code.register
def _(part: Itself, setting: Setting) -> Code:
    return setting.embedding("chunks")


@part_code.register
def _(part: Children, setting: Setting) -> Code:
    splitter = setting.splitter("SentenceSplitter", "size", "CHILD_OVERLAP_TOKENS")
    placed = placing(setting, "children", "chunk.text, chunk.start_char_idx")
    children = splitter.lines + "children = splitter.get_nodes_from_documents([chunk])\n" + placed.lines
    embedded = setting.embedding("entries")
    return Code(
        imports=(*splitter.imports, "from llama_index.core.schema import IndexNode"),
        constants={"CHILD_TOKENS": part.child_tokens, "CHILD_OVERLAP_TOKENS": part.overlap_tokens},
        functions=_CHILD_ENTRIES.replace("            CHILDREN\n", textwrap.indent(children, " " * 12)),
        lines=f"entries = child_entries(chunks)\n{embedded.lines}{_IN_DOCUMENT_ORDER if setting.by_scores else ''}",
        needs=(*splitter.needs, *placed.needs, *embedded.needs),
    )


@part_code.register
def _(part: Windows, setting: Setting) -> Code:
    spans = "window_spans(spans_of(chunks), WINDOW_TOKENS, count)"
    if setting.levels > 1:
        return Code(
            imports=("import numpy as np",),
            constants={"WINDOW_TOKENS": part.window_tokens},
            lines=f"windows = np.array({spans})\n",
            needs=(setting.count, SPANS_OF_NODES, _WINDOWS, *setting.late_needs),
        )
    embedded = setting.embedding("windows")
    return Code(
        constants={"WINDOW_TOKENS": part.window_tokens},
        lines=f"windows = nodes_of(text, {spans}[0])\n{embedded.lines}",
        needs=(setting.count, SPANS_OF_NODES, NODES_OF_SPANS, _WINDOWS, *embedded.needs),
    )


@part_code.register
def _(part: Metadata, setting: Setting) -> Code:
    return llm_code(part, setting) if part.writer == "llm" else extractive_code(part, setting)


@part_code.register
def _(part: SectionContext, setting: Setting) -> Code:
    return section_context_code(part, setting)

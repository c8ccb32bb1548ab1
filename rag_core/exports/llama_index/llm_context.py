"""Code of the reference `llm_context`: contexts of chunks from a file that Chunkscope exported, or written now."""

from __future__ import annotations

from rag_core.enrichment.context import PROMPT
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.reference import is_contextual
from rag_core.exports.llama_index.setting import Setting
from rag_core.exports.llama_index.writers import part_code
from rag_core.parts.reference.llm_context import LlmContext

_CONTEXTS = '''\
def add_contexts(chunks, text, llm):
    """Give each chunk its context as metadata, which are embedded before its text, and not shown."""
    for chunk, context in zip(chunks, contexts_of(chunks, text, llm), strict=True):
        if context:
            chunk.metadata["context"] = context
            chunk.excluded_llm_metadata_keys.append("context")
            chunk.metadata_template, chunk.text_template = "{value}", "{metadata_str}\\n{content}"


def contexts_of(chunks, text, llm):
    """What METADATA_FILE holds, a set that Chunkscope exported; without one, the language model writes now.

    The model must have space for the whole text; Chunkscope shows it a part where it has not.
    """
    if METADATA_FILE:
        return [entry.get("context", "") for entry in json.loads(Path(METADATA_FILE).read_text("utf-8")).values()]
    before, rest = PROMPT.split("{{WHOLE_DOCUMENT}}")
    between, after = rest.split("{{CHUNK_CONTENT}}")
    return [llm.complete(before + text + between + chunk.text + after).text.strip() for chunk in chunks]
'''


@is_contextual.register
def _(reference: LlmContext) -> bool:
    return True


@part_code.register
def _(part: LlmContext, setting: Setting) -> Code:
    embedded = setting.embedding("[chunk for chunk in chunks if not chunk.metadata]")
    return Code(
        imports=("import json", "from pathlib import Path"),
        constants={"METADATA_FILE": "", "PROMPT": PROMPT},
        functions=_CONTEXTS,
        lines=f"add_contexts(chunks, text, llm)\n{embedded.lines}",
        needs=embedded.needs,
        own="contexts of chunks",
    )

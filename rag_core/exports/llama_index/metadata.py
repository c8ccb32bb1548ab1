"""Code that makes the entries of the reference `metadata`: a summary and questions or key phrases of each chunk."""

from __future__ import annotations

from rag_core.enrichment import questions
from rag_core.exports.llama_index.code import Code, pasted
from rag_core.exports.llama_index.setting import Setting
from rag_core.parts.reference import key_phrases
from rag_core.parts.reference.central_sentences import MIN_WORDS
from rag_core.parts.reference.metadata import Metadata

# The last lines of `central_sentences`, with late pooling and without.
_CENTRAL = """\
    closeness = rows @ rows.mean(axis=0)
    eligible = [i for i, text in enumerate(texts) if len(text.split()) >= FEWEST_WORDS] or range(len(texts))
    best = sorted(eligible, key=lambda i: -np.round(closeness[i], 6))[:SUMMARY_SENTENCES]
"""
_ENTRIES = f'''\
def metadata_entries(chunks, embed_model):
    """Each chunk's summary, its key phrases, and itself: all refer to the chunk."""
    phrases = key_phrases([chunk.text for chunk in chunks], KEY_PHRASES)
    entries = []
    for chunk, chunk_phrases in zip(chunks, phrases, strict=True):
        for text in [central_sentences(chunk.text, embed_model), *chunk_phrases]:
            entries.append(IndexNode(text=text, index_id=chunk.node_id))
        entries.append(IndexNode.from_text_node(chunk, chunk.node_id))
    return entries


def central_sentences(text, embed_model):
    """The sentences nearest to the middle of all of the text's sentences, in reading order."""
    texts = [text[start:end] for start, end in sentences(text)]
    rows = np.array(embed_model.get_text_embedding_batch(texts))
{_CENTRAL}\
    return " ".join(texts[i] for i in sorted(best))
'''
_LATE_ENTRIES = f'''\
def metadata_entries(chunks, text, late):
    """Each chunk's summary, its key phrases, and itself: all refer to the chunk."""
    phrases = key_phrases([chunk.text for chunk in chunks], KEY_PHRASES)
    entries = []
    for chunk, chunk_phrases in zip(chunks, phrases, strict=True):
        central = central_sentences(chunk, text, late)
        summary = " ".join(text[start:end] for start, end in central)
        # Its vector is that of its sentences where they stand; a key phrase gets one of its own, from LlamaIndex.
        entries.append(IndexNode(text=summary, index_id=chunk.node_id, embedding=late.embedding(central)))
        entries += [IndexNode(text=phrase, index_id=chunk.node_id) for phrase in chunk_phrases]
        entries.append(IndexNode.from_text_node(chunk, chunk.node_id))
    return entries


def central_sentences(chunk, text, late):
    """Where the sentences nearest to the middle of all of the chunk's sentences stand, in reading order."""
    first = chunk.start_char_idx
    spans = [(first + start, first + end) for start, end in sentences(chunk.text)]
    texts = [text[start:end] for start, end in spans]
    rows = np.array([late.vector([span]) for span in spans])
{_CENTRAL}\
    return [spans[i] for i in sorted(best)]
'''
_LATE_ROWS = "    rows = np.array([late.vector([span]) for span in spans])\n"
_MEAN_ROWS = _LATE_ROWS + "    rows = (rows + embed_model.get_text_embedding_batch(texts)) / 2\n"
_MEAN_ENTRIES = _LATE_ENTRIES.replace("text, late)", "text, late, embed_model)").replace(_LATE_ROWS, _MEAN_ROWS)
_LLM_ENTRIES = '''\
def metadata_entries(chunks, llm):
    """What is written of each chunk, its summary and questions, and the chunk itself: all refer to the chunk."""
    entries = []
    for chunk, written in zip(chunks, metadata_of(chunks, llm), strict=True):
        questions = questions_of(written.get("questions_this_excerpt_can_answer", ""))[:QUESTIONS]
        texts = [written.get("section_summary", ""), *questions]
        entries += [IndexNode(text=text, index_id=chunk.node_id) for text in texts if text]
        entries.append(IndexNode.from_text_node(chunk, chunk.node_id))
    return entries


def metadata_of(chunks, llm):
    """What METADATA_FILE holds, a set that Chunkscope exported; without one, the language model writes now."""
    if METADATA_FILE:
        return json.loads(Path(METADATA_FILE).read_text(encoding="utf-8")).values()
    found = [{} for _ in chunks]
    for extractor in EXTRACTORS:
        for written, texts in zip(found, extractor.extract(chunks), strict=True):
            written.update(texts)
    return found
'''
_EXTRACTED = {
    "per_chunk": (_ENTRIES, "entries = metadata_entries(chunks, embed_model)\n"),
    "late": (_LATE_ENTRIES, "late.embed(chunks)\nentries = metadata_entries(chunks, text, late)\n"),
    "mean": (_MEAN_ENTRIES, "late.embed(chunks)\nentries = metadata_entries(chunks, text, late, embed_model)\n"),
}


def extractive_code(part: Metadata, setting: Setting) -> Code:
    """The entries without a language model: central sentences and key phrases."""
    functions, lines = _EXTRACTED[setting.pooling]
    return Code(
        imports=("import numpy as np", "from llama_index.core.schema import IndexNode"),
        constants={
            "SUMMARY_SENTENCES": part.summary_sentences,
            "KEY_PHRASES": part.questions,
            "FEWEST_WORDS": MIN_WORDS,
        },
        functions=functions,
        lines=lines,
        needs=(*setting.late_needs, setting.sentences, pasted(key_phrases)),
        own="summaries and key phrases without a language model",
    )


def llm_code(part: Metadata, setting: Setting) -> Code:
    """The entries that a language model writes, or that a file holds which Chunkscope exported."""
    extractors = {"SummaryExtractor": "llm=llm"}
    if part.questions:
        extractors["QuestionsAnsweredExtractor"] = "llm=llm, questions=QUESTIONS"
    embedded = setting.embedding("chunks")
    calls = ", ".join(f"{name}({options})" for name, options in extractors.items())
    return Code(
        imports=(
            "import json",
            "from pathlib import Path",
            f"from llama_index.core.extractors import {', '.join(extractors)}",
            "from llama_index.core.schema import IndexNode",
        ),
        constants={"METADATA_FILE": "", "QUESTIONS": part.questions},
        functions=_LLM_ENTRIES.replace("EXTRACTORS", f"[{calls}]"),
        lines=embedded.lines + "entries = metadata_entries(chunks, llm)\n",
        needs=(*embedded.needs, pasted(questions)),
    )

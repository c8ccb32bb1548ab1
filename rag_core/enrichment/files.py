"""A set of texts about chunks as the JSON file of LlamaIndex's notebook, with our spans added:

    {"node-0": {"section_summary": "...", "questions_this_excerpt_can_answer": "...",
                "document": "the document's id", "start": 0, "end": 4321}, "node-1": ...}

A set of contexts has the field "context" instead. It has an entry for each chunk, in order; the entry of a chunk
without texts has only its place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from rag_core.enrichment.chunk_texts import Chunk
from rag_core.enrichment.records import Record
from rag_core.enrichment.set_entries import KEYS, Place, SetEntry, read_entries
from rag_core.enrichment.topic_match import match_topics
from rag_core.enrichment.written_text import WrittenText, all_of
from rag_core.errors import UserError
from rag_core.text.numbers import counted

_REMEDY = "Import it with the documents and the chunker that it was made with."


def to_json(chunks: Sequence[Chunk], found: Sequence[Record]) -> str:
    """The set of the chunks' texts, as JSON."""
    nodes = {
        f"node-{number}": {
            **{KEYS[what]: text.text for what, text in record.items() if text},
            **_place(chunk)._asdict(),
        }
        for number, (chunk, record) in enumerate(zip(chunks, found, strict=True))
    }
    return json.dumps(nodes, ensure_ascii=False, indent=1)


def from_json(data: str | bytes, chunks: Sequence[Chunk], texts: Sequence[WrittenText]) -> list[tuple[Chunk, SetEntry]]:
    """The chunks that the file has entries for, with the entries; raises UserError where it does not fit the chunks.

    It must have one of `texts` at least.

    A file of the notebook, without spans, must have an entry for every chunk, and most must be about their chunks.
    """
    entries = read_entries(data)
    pairs = _by_place(entries, chunks) if entries[0].place else _by_number(entries, chunks)
    if not any(entry.texts.get(text.kind) for entry in entries for text in texts):
        verb = "contains" if len(entries) == 1 else "contain"
        raise UserError(f"The set's {_entries(entries)} {verb} no text for this strategy: {all_of(texts)}.")
    return pairs


def _place(chunk: Chunk) -> Place:
    return Place(chunk.document.id, *chunk.span)


def _by_place(entries: Sequence[SetEntry], chunks: Sequence[Chunk]) -> list[tuple[Chunk, SetEntry]]:
    by_place = {entry.place: entry for entry in entries if entry.place}
    foreign = {place.document for place in by_place} - {chunk.document.id for chunk in chunks}
    if foreign:
        about_them = sum(entry.place is not None and entry.place.document in foreign for entry in entries)
        raise UserError(
            f"Of the set's {_entries(entries)}, {about_them:,} {'is' if about_them == 1 else 'are'} about "
            f"{_documents(len(foreign))} that "
            f"{'is' if len(foreign) == 1 else 'are'} not open here. {_REMEDY}"
        )
    here = {place.document for place in by_place}
    expected = {_place(chunk): chunk for chunk in chunks if chunk.document.id in here}
    if len(entries) != len(expected) or by_place.keys() != expected.keys():
        raise UserError(
            f"The set has {_entries(entries)}, and the strategy cuts {_documents(len(here))} into "
            f"{counted(len(expected), 'chunk')}; {len(by_place.keys() & expected.keys()):,} of them are where the "
            "entries say. "
            f"{_REMEDY}"
        )
    return [(chunk, by_place[place]) for place, chunk in expected.items()]


def _by_number(entries: Sequence[SetEntry], chunks: Sequence[Chunk]) -> list[tuple[Chunk, SetEntry]]:
    if len(entries) != len(chunks):
        raise UserError(
            f"The set has {_entries(entries)}, and the strategy cuts {counted(len(chunks), 'chunk')}. {_REMEDY}"
        )
    texts = [" ".join(entry.texts.values()) for entry in entries]
    found = match_topics(texts, [chunk.document.text[chunk.span.start : chunk.span.end] for chunk in chunks])
    if 2 * found.matching < found.judged:
        raise UserError(
            f"Of the set's {_entries(entries)}, only {found.matching:,} are about the chunks at their positions. "
            f"{_REMEDY}"
        )
    return list(zip(chunks, entries, strict=True))


def _entries(entries: Sequence[SetEntry]) -> str:
    return counted(len(entries), "entry", "entries")


def _documents(count: int) -> str:
    return "a document" if count == 1 else f"{count:,} documents"

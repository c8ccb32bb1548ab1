"""Transcripts in the cache, each set of them under the sha256 of its content."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping

from cachetools import LRUCache
from pydantic import BaseModel, ConfigDict

from rag_core.cache import ArrayCache, TextCache, key_of
from rag_core.documents.transcripts.transcript import Transcript

_KIND = "transcripts"


class TranscriptSet(BaseModel):
    """Transcripts by the `source_id` of the document that each belongs to."""

    model_config = ConfigDict(frozen=True)

    by_source: Mapping[str, Transcript] = {}

    def including(self, source_id: str, transcript: Transcript) -> TranscriptSet:
        """The set with a transcript for a document, in place of the one that it had."""
        by_source = {**self.by_source, source_id: transcript}
        return TranscriptSet(by_source=dict(sorted(by_source.items())))


_MAX_KNOWN = 16  # sets in memory
_known: LRUCache[str, TranscriptSet] = LRUCache(_MAX_KNOWN)
_lock = threading.Lock()


def store(transcripts: TranscriptSet, cache: ArrayCache) -> str:
    """Put a set into the cache, and return the sha256 under which it is found."""
    text = transcripts.model_dump_json()
    name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    TextCache(cache).put(key_of(_KIND, name), text)
    return name


def find(name: str, cache: ArrayCache) -> TranscriptSet | None:
    """The set with that sha256; None where the cache does not have it, or not any more."""
    text = TextCache(cache).get(key_of(_KIND, name)) if name else None
    return None if text is None else _validated(name, text)


def _validated(name: str, text: str) -> TranscriptSet:
    with _lock:
        if name not in _known:
            _known[name] = TranscriptSet.model_validate_json(text)
        return _known[name]

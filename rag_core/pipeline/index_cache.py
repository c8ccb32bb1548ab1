"""Indexes on disk: a strategy that was run on these documents before, by any process, is searched at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from rag_core.cache.array_cache import key_of
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.part import Part
from rag_core.pipeline.index_record import IndexRecord
from rag_core.strategy import Strategy

_CUTTERS = ("llama-index-core", "tiktoken", "tokenizers", "nltk", "scikit-learn")


class IndexCache:
    """The cache's indexes of one embedding model, keyed by all that makes them."""

    def __init__(self, vectors: Vectors) -> None:
        self._cache = vectors.cache
        self._model = vectors.model

    def get(self, strategy: Strategy, documents: Sequence[Document], written: str = "") -> IndexRecord | None:
        """The index as it was made; None where it was not, or not with this version of the program.

        `written` is the fingerprint of what a language model wrote for it.
        """
        arrays = self._cache.get(self._key(strategy, documents, written), mapped=True) if _is_ours(strategy) else None
        return IndexRecord.from_arrays(arrays, documents) if arrays else None

    def put(self, strategy: Strategy, documents: Sequence[Document], record: IndexRecord, written: str = "") -> None:
        """Keep it for the next time."""
        if _is_ours(strategy):
            self._cache.put(self._key(strategy, documents, written), record.to_arrays())

    def _key(self, strategy: Strategy, documents: Sequence[Document], written: str = "") -> str:
        # Sentence ends differ between PDFs and plain text, so the same text can give other entries.
        texts = [f"{document.text_hash} {document.char_boxes is None}" for document in documents]
        facts, pools = self._model.info, strategy.search.pools
        made_by = (program_hash(), facts.fingerprint, str(facts.token_limit), self._model.reading_dtype)
        cut = (documents[0].tokenizer, strategy.chunker.model_dump_json(), strategy.reference.model_dump_json())
        return key_of("index", *made_by, *cut, written, strategy.search.kind_name(), repr(pools), *texts)


def _making(strategy: Strategy) -> tuple[Part, ...]:
    """The parts that make the index; the others use it."""
    return strategy.chunker, strategy.reference, strategy.search


def _is_ours(strategy: Strategy) -> bool:
    """Whether `program_hash` tells when its parts change: not of parts that are registered from elsewhere."""
    return all(type(part).__module__.startswith("rag_core.") for part in _making(strategy))


@lru_cache(maxsize=1)
def program_hash() -> str:
    """A hash of what cuts texts and writes entries: our own source, and the versions of the libraries."""
    digest = hashlib.sha256(" ".join(version(library) for library in _CUTTERS).encode())
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        if "ui" not in path.relative_to(root).parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()

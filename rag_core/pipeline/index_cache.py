"""Caches indexes on disk, so that an index that any process has built before is loaded instead of built again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from rag_core.cache import ArrayCache, key_of
from rag_core.documents.document import Document
from rag_core.embeddings.base import EmbeddingModel
from rag_core.part import Part
from rag_core.pipeline.index_record import IndexRecord
from rag_core.strategy import Strategy

_LIBRARIES = ("llama-index-core", "tiktoken", "tokenizers", "nltk", "sentencex", "regex", "scikit-learn")
# The modules that determine chunks, entries and vectors.
_MAKERS = (
    "geometry.py",
    "text",
    "documents",
    "embeddings",
    "stages",
    "enrichment",
    "parts/chunker",
    "parts/reference",
    "parts/search",
    "pipeline/build.py",
    "pipeline/coverage.py",
    "pipeline/head_context.py",
    "pipeline/index_record.py",
)


class IndexCache:
    """The cached indexes of one embedding model, keyed by everything that determines an index."""

    def __init__(self, cache: ArrayCache, model: EmbeddingModel) -> None:
        self._cache = cache
        self._model = model

    def get(self, strategy: Strategy, documents: Sequence[Document], written: str = "") -> IndexRecord | None:
        """The cached index; None if there is none, or if it was built by another version of this program.

        `written` identifies the texts of a language model that are indexed, if any.
        """
        if not _is_built_in(strategy):
            return None
        arrays = self._cache.get(self.key(strategy, documents, written), mapped=True)
        return IndexRecord.from_arrays(arrays) if arrays else None

    def put(self, strategy: Strategy, documents: Sequence[Document], record: IndexRecord, written: str = "") -> None:
        """Store an index; one with parts from outside this program is not stored."""
        if _is_built_in(strategy):
            self._cache.put(self.key(strategy, documents, written), record.to_arrays())

    def key(self, strategy: Strategy, documents: Sequence[Document], written: str = "") -> str:
        """The cache key of an index."""
        info, pools = self._model.info, strategy.pools(self._model)
        made_by = (makers_hash(), info.fingerprint, str(info.token_limit), self._model.reading_dtype)
        cut = (documents[0].tokenizer, strategy.chunker.model_dump_json(), strategy.reference.model_dump_json())
        texts = map(_text_key, documents)
        heads = f"heads {strategy.parser.indexes_heads}"
        return key_of("index", *made_by, *cut, written, heads, strategy.search.kind_name(), repr(pools), *texts)


def _text_key(document: Document) -> str:
    # Sentence boundaries depend on the format, so the same text can have different entries as PDF and as plain text.
    return f"{document.text_hash} {document.char_boxes is None} {document.blocks}"


def _makers_of(strategy: Strategy) -> tuple[Part, ...]:
    """The parts that determine the index."""
    return strategy.chunker, strategy.reference, strategy.search


def _is_built_in(strategy: Strategy) -> bool:
    """Whether `makers_hash` covers the source of the parts, which it does not for parts from outside this program."""
    return all(type(part).__module__.startswith("rag_core.") for part in _makers_of(strategy))


@lru_cache(maxsize=1)
def makers_hash(root: Path = Path(__file__).parents[1]) -> str:
    """A hash of the source files that determine an index, and of the versions of the libraries that they use."""
    digest = hashlib.sha256(" ".join(version(library) for library in _LIBRARIES).encode())
    for path in _sources(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for name in _MAKERS:
        yield from sorted((root / name).rglob("*.py")) if (root / name).is_dir() else [root / name]

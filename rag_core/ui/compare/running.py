"""Running the comparison from the page: remembered results, and progress while there are none."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.html.status import progress_html
from rag_core.llms.base import ChatModel
from rag_core.pipeline.compare import compare
from rag_core.pipeline.results import Comparison
from rag_core.progress import Progress
from rag_core.strategy import Strategy

_KEPT_RESULTS = 24
_DRAW_EVERY_S = 0.15


def has_results() -> bool:
    """Whether this session has shown a comparison already."""
    return bool(st.session_state.get("results"))


def run(
    documents: Sequence[Document],
    question: str,
    strategies: Sequence[Strategy],
    vectors: Vectors,
    chat_model: ChatModel | None,
    written: Sequence[str],
    slot: DeltaGenerator,
) -> Comparison:
    """What `compare --answers` gives; the session's last results are kept, so that looking around costs nothing.

    A chat model's answers are not among them: they are written while the hits are looked at. `written` says which
    summaries and questions there are.
    """
    results: OrderedDict[tuple[str, ...], Comparison] = st.session_state.setdefault("results", OrderedDict())
    tokenizer = st.session_state["tokenizer"]
    key = (
        question,
        tokenizer,
        vectors.model.info.fingerprint,
        chat_model.identity if chat_model else "",
        *written,
        *(d.id for d in documents),
        *(s.model_dump_json() for s in strategies),
    )
    if key not in results:
        results[key] = compare(
            documents,
            question,
            strategies,
            answers=chat_model is None,
            llm=chat_model,
            tokenizer=tokenizer,
            vectors=vectors,
            report=ProgressLine(slot),
        )
    results.move_to_end(key)
    while len(results) > _KEPT_RESULTS:
        results.popitem(last=False)
    return results[key]


class ProgressLine:
    """What is done, how far it is, and how long it will still take. A click elsewhere interrupts between two steps."""

    def __init__(self, slot: DeltaGenerator) -> None:
        self._slot = slot
        self._drawn_s = 0.0

    def __call__(self, progress: Progress) -> None:
        """Draw it, if the last one was drawn a moment ago."""
        now = time.monotonic()
        if now - self._drawn_s < _DRAW_EVERY_S:
            return
        self._drawn_s = now
        self._slot.html(progress_html(progress))

"""Below the columns: what all of them found, what only one did, and downloads."""

from __future__ import annotations

import streamlit as st

from rag_core.embeddings.base import EmbeddingModel
from rag_core.errors import UserError
from rag_core.exports.llama_index import llama_index_program
from rag_core.exports.table import comparison_csv, comparison_json
from rag_core.html.comparison_view import ComparisonView
from rag_core.html.overlap_tables import by_all_html, only_html, shared_table_html
from rag_core.pipeline.column_documents import column_documents
from rag_core.stages.resources import ReadingResources


def found_sections(shown: ComparisonView) -> None:
    """Draw how much the columns share, and what all or only one of them found; with one column, nothing."""
    if len(shown.names) < 2:
        return
    st.html('<h2 class="cs-h2">Overlap between columns</h2>')
    st.html(shared_table_html(shown))
    labels = ["Found by all", *(f"Only {name}" for name in shown.names)]
    all_tab, *only_tabs = st.tabs(labels)
    with all_tab:
        st.html(by_all_html(shown))
    for i, tab in enumerate(only_tabs):
        with tab:
            st.html(only_html(shown, i))


def downloads(shown: ComparisonView, model: EmbeddingModel, resources: ReadingResources) -> None:
    """Offer the comparison as JSON and CSV, and each column as a LlamaIndex program."""
    comparison = shown.comparison
    with st.container(horizontal=True, key="downloads"):
        st.download_button(
            "JSON", comparison_json(comparison), "comparison.json", "application/json", icon=":material/download:",
            on_click="ignore", help="What `python -m rag_core compare --answers --json` prints",
        )  # fmt: skip
        st.download_button(
            "CSV", comparison_csv(comparison, shown.names).encode(), "comparison.csv", "text/csv",
            icon=":material/download:", on_click="ignore", help="One row per hit",
        )  # fmt: skip
        with st.popover("Code", icon=":material/code:", help="Each column as a plain LlamaIndex program"):
            for tab, column in zip(st.tabs(shown.names), comparison.columns, strict=True):
                try:
                    documents = column_documents(column.strategy, shown.documents, resources).documents
                    plain_text = all(document.char_boxes is None for document in documents)
                    program = llama_index_program(
                        column.strategy, comparison.tokenizer, plain_text=plain_text, model=model
                    )
                except UserError as error:
                    tab.info(str(error))
                else:
                    tab.code(program, "python", height=420)

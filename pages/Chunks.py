"""Chunks: the text of a document with the cuts of one or two chunkers in it."""

from __future__ import annotations

from rag_core.ui.chunks.page import chunks_page
from rag_core.ui.shell.setup import setup_page

setup_page("Chunks")
chunks_page()

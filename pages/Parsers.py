"""Parsers: a page of a document as two or three parsers read it, and what went wrong in each."""

from __future__ import annotations

from rag_core.ui.parsers.page import parsers_page
from rag_core.ui.shell.setup import setup_page

setup_page("Parsers")
parsers_page()

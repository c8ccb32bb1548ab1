"""Compare, the first screen: strategies side by side on the same documents and question."""

from __future__ import annotations

from rag_core.ui.compare.page import compare_page
from rag_core.ui.shell.setup import setup_page

setup_page("Compare")
compare_page()

"""The first call of every page: settings, styles, and the warm-up in the background."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rag_core import interrupts
from rag_core.html.palette import palette_css
from rag_core.ui.shell.runs import give_way, keep_actions_whole
from rag_core.ui.shell.start import start

# A file of ours: the browser would fetch the picture of a named icon from another host.
_ICON = Path(__file__).with_name("icon.svg")
_STYLES = [Path(__file__).with_name(name) for name in ("style.css", "page_view.css", "pane.css")]


def setup_page(title: str) -> None:
    """Set title, icon and styles, and begin the warm-up; idempotent, waits for nothing."""
    keep_actions_whole()
    interrupts.set_check(give_way)
    st.set_page_config(page_title=f"{title} · Chunkscope", page_icon=str(_ICON), layout="wide")
    start()
    styles = "\n".join(path.read_text(encoding="utf-8") for path in _STYLES)
    st.html(f"<style>{styles}\n{palette_css()}</style>")

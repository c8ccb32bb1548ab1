"""A page's picture with shapes over it beside texts: what belongs together is marked in both under the pointer."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from rag_core.documents.document import Document
from rag_core.ui.shell.page_pictures import picture_url

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_component = st.components.v2.component("chunkscope_linked_page", js=_SCRIPT, isolate_styles=False)


def linked_page(
    document: Document, number: int | None, overlay: str, texts: str, *, key: str, here: str = "", width_px: int = 1600
) -> None:
    """Draw the picture of the document's page with the SVG `overlay` over it, and the HTML `texts` beside it.

    Without a number, only the texts are drawn. Both are HTML whose content is escaped. Elements with the same
    `data-key` belong together; `data-title` is shown beside the pointer. Another `here` scrolls to what has
    `data-here`. The document must be one that lasts, since the picture is served as long as it does.
    """
    data = {"src": "", "alt": "", "ratio": "", "overlay": overlay, "texts": texts, "here": here}
    page = next((page for page in document.pages if page.number == number), None)
    if page is not None:
        src = picture_url(document, page.number, width_px)
        data |= {"src": src, "alt": f"Page {number}", "ratio": f"{page.width} / {page.height}"}
    _component(data=data, key=key)

"""The picture of a page, where the document has one."""

from __future__ import annotations

import base64

from rag_core.documents.document import Document, Page
from rag_core.documents.render import render_page
from rag_core.ui.shell.linked_page import Picture


def page_picture(document: Document, page: Page) -> Picture | None:
    if page.width is None or page.height is None or document.format != "pdf":
        return None
    data = base64.b64encode(render_page(document, page.number, width_px=1200)).decode()
    return Picture(f"data:image/png;base64,{data}", f"Page {page.number}", page.width, page.height)

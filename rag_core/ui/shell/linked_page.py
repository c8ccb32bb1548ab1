"""A page's picture with shapes over it beside texts: what belongs together is marked in both under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_component = st.components.v2.component("chunkscope_linked_page", js=_SCRIPT, isolate_styles=False)


@dataclass(frozen=True)
class Picture:
    """A page's picture: its address, a description, and its size in any unit."""

    url: str
    alt: str
    width: float
    height: float


def linked_page(picture: Picture | None, overlay: str, texts: str, *, key: str, here: str = "") -> None:
    """Draw the picture with the SVG `overlay` over it, and the HTML `texts` beside it; without a picture only these.

    Both are HTML whose content is escaped. Elements with the same `data-key` belong together; `data-title` is shown
    beside the pointer. Another `here` scrolls to what has `data-here`.
    """
    shown = {"src": picture.url, "alt": picture.alt, "ratio": f"{picture.width} / {picture.height}"} if picture else {}
    _component(
        data={"src": "", "alt": "", "ratio": "", **shown, "overlay": overlay, "texts": texts, "here": here}, key=key
    )

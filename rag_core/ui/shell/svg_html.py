"""HTML with SVG in it: `st.html` takes all SVG away, so a component of ours shows it."""

from __future__ import annotations

import streamlit as st

# The HTML comes from our templates, which escape whatever is put into them.
_SHOW = """
export default function (component) {
  const { data, parentElement } = component
  const place = parentElement.querySelector(".cs-svg-html")
  if (place.shown !== data.html) {
    place.innerHTML = data.html
    place.shown = data.html
  }
}
"""
_component = st.components.v2.component(
    "chunkscope_svg_html", html='<div class="cs-svg-html"></div>', js=_SHOW, isolate_styles=False
)


def svg_html(html: str, *, key: str) -> None:
    """Show HTML from a template of rag_core/html, with its SVG; `key` names its place on the page."""
    _component(key=key, data={"html": html})

"""A place on the page that keeps what the last run drew in it until this run has something new for it."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator


class Place:
    """One element, or one container, as a child of `parent`; each call replaces what was there.

    Unlike `st.empty`, nothing is removed before there is something to put in its place.
    """

    def __init__(self, parent: DeltaGenerator) -> None:
        self._parent = parent
        self._element: DeltaGenerator | None = None

    def html(self, html: str) -> None:
        """Show HTML here."""
        # Always through the first element: through the last one, each would be a child of the one before.
        drawn = (self._element or self._parent).html(html)
        self._element = self._element or drawn

    def container(self) -> DeltaGenerator:
        """A container here, to draw in."""
        return (self._element or self._parent).container()

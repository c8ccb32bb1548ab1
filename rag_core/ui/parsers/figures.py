"""The figures of a parser's report, each a button that goes from one place to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.html.pieces import found_place_html
from rag_core.pipeline.report import FIGURES, Place
from rag_core.ui.parsers.reads import Reading
from rag_core.ui.shell.session import Step, numbers, session, widget_key

# The kinds of findings of the audit.
_AUDIT = {
    "number": ("numbers differ", "Numbers whose figures, decimal signs or signs are others in the text layer."),
    "replaced": ("words replaced", "Words in whose place the text layer has others."),
    "added": ("words added", "Words that the text layer has not."),
    "missing": ("words missing", "Words of the text layer that were not read."),
}


def figure_buttons(place: DeltaGenerator, at: int, reading: Reading) -> None:
    """The figures in a row that wraps, and the place that was last gone to."""
    found = reading.places()
    labels = {name: (figure.label, figure.definition) for name, figure in FIGURES.items().items()}
    if reading.audit is not None:
        labels |= _AUDIT
    with place, st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"steps{at}"):
        for name, (label, definition) in labels.items():
            _button(at, name, label, definition, found.get(name, []))
    if shown := shown_place(at, found):
        place.html(found_place_html(shown.page, shown.text))


def shown_place(at: int, found: Mapping[str, Sequence[Place]]) -> Place | None:
    """The place of this parser that was last gone to, if it is still there."""
    step = session().parsers.step
    if step is None or step.lane != at or step.position >= len(found.get(step.what, [])):
        return None
    return found[step.what][step.position]


def _button(at: int, name: str, label: str, definition: str, places: Sequence[Place]) -> None:
    step = session().parsers.step
    is_shown = step is not None and (step.lane, step.what) == (at, name) and step.position < len(places)
    number = f"{step.position + 1:,} of " if step is not None and is_shown else ""
    st.button(
        f"{number}**{len(places):,}** {label}",
        key=widget_key(f"figure-{at}-{name}"),
        type="tertiary",
        disabled=not places,
        help=f"{definition} A click goes from one to the next.",
        on_click=_go,
        args=(at, name, [place.page for place in places]),
    )


def _go(at: int, name: str, pages: Sequence[int]) -> None:
    state = session().parsers
    last = state.step.position if state.step is not None and state.step[:2] == (at, name) else -1
    position = last + 1 if last + 1 < len(pages) else 0
    state.step, state.turn, state.page = Step(at, name, position), next(numbers), pages[position]

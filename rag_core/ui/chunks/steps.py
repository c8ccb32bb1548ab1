"""The counts of what is cut, each a button that goes from one place to the next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rag_core.documents.cut_places import CUT_COUNTS
from rag_core.ui.chunks.cuts import Cuts
from rag_core.ui.chunks.excerpts import Excerpt, excerpt_at
from rag_core.ui.shell.session import Step, numbers, session, widget_key

_BEYOND = "beyond"
_ABOUT_BEYOND = (
    "Chunks longer than what the embedding model reads of one text, in the model's own tokens; the limit includes "
    "special tokens. What is beyond the limit is struck through. "
)
_LATE = "With this column's late pooling, the model reads it all the same, in overlapping windows."
_ALONE = "Of a chunk that is embedded alone, as in this column, it is truncated."


def step_buttons(place: DeltaGenerator, lane: int, cuts: Cuts, limit: int | None, parts: Sequence[Excerpt]) -> None:
    """A row of counts; a click goes to the first place that counts after the one shown, in the whole document."""
    positions = _positions(cuts)
    with place, st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"steps{lane}"):
        st.caption("cuts inside", width="content")
        for count in CUT_COUNTS:
            _button(lane, count.name, count.name, positions[count.name], count.definition, parts)
        about = _ABOUT_BEYOND + (_LATE if cuts.is_late else _ALONE)
        if limit is None or cuts.truncated is None:
            st.caption("model's limit unknown", width="content", help=about)
        else:
            _button(lane, _BEYOND, f"chunks over the limit of {limit:,}", positions[_BEYOND], about, parts)


def here(lane_cuts: Sequence[Cuts]) -> int | None:
    """The place that was stepped to, if it still counts."""
    step = session().chunks.step
    if step is None or step.lane >= len(lane_cuts):
        return None
    return step.position if step.position in _positions(lane_cuts[step.lane])[step.what] else None


def _positions(cuts: Cuts) -> dict[str, list[int]]:
    """The character that stands after each place."""
    inside = {name: [place.end for place in places] for name, places in cuts.inside.items()}
    return inside | {_BEYOND: [part.start for part in cuts.truncated or () if part is not None]}


def _button(
    lane: int, count: str, label: str, positions: Sequence[int], definition: str, parts: Sequence[Excerpt]
) -> None:
    step = session().chunks.step
    is_shown = step is not None and (step.lane, step.what) == (lane, count) and step.position in positions
    at = f"{positions.index(step.position) + 1:,} of " if step is not None and is_shown else ""
    st.button(
        f"{at}**{len(positions):,}** {label}",
        key=widget_key(f"step-{lane}-{count}"),
        type="tertiary",
        disabled=not positions,
        help=f"{definition} A click goes from one to the next.",
        on_click=_go,
        args=(lane, count, positions, parts),
    )


def _go(lane: int, count: str, positions: Sequence[int], parts: Sequence[Excerpt]) -> None:
    state = session().chunks
    last = state.step.position if state.step is not None and state.step[:2] == (lane, count) else -1
    position = next((position for position in positions if position > last), positions[0])
    state.step, state.turn = Step(lane, count, position), next(numbers)
    state.excerpt = excerpt_at(parts, position)

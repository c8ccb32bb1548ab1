"""Settings are drawn from the registry: a part registered anywhere has its widgets without a line of UI code."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import pytest
from pydantic import Field
from streamlit.testing.v1 import AppTest

from rag_core.documents.document import Document
from rag_core.geometry import Span
from rag_core.part import Part
from rag_core.parts import SLOTS, build, kinds
from rag_core.parts.chunker import Chunker

EVERY_KIND = [(slot, kind) for slot in SLOTS for kind in kinds(slot)]


def edit(slot: str, values: dict[str, object], others: tuple[type[Part], ...] = ()) -> AppTest:
    """A page with nothing but the settings of one part; what they make of it is in its state."""

    def page(slot, values) -> None:
        import streamlit as st

        from rag_core.parts import build
        from rag_core.ui.shell.fields import edit_part

        st.session_state["edited"] = edit_part(slot, build(slot, values), "x")

    app = AppTest.from_function(page, args=(slot, values), default_timeout=60).run()
    assert not app.exception
    return app


def labels_of(app: AppTest) -> list[str]:
    widgets = [*app.slider, *app.select_slider, *app.selectbox, *app.multiselect, *app.number_input, *app.text_area]
    widgets += [*app.toggle, *app.text_input]
    return [widget.label for widget in widgets] + [caption.value.partition(":")[0] for caption in app.caption]


@pytest.mark.parametrize(("slot", "kind"), EVERY_KIND)
def test_every_field_of_every_part_has_a_widget(slot: str, kind: str) -> None:
    part = build(slot, {"kind": kind})
    app = edit(slot, {"kind": kind})
    shown = labels_of(app)
    for name, field in type(part).model_fields.items():
        if name != "kind":
            assert (field.title or name) in shown
    assert build(slot, app.session_state["edited"]) == part


@pytest.mark.parametrize(("slot", "kind"), EVERY_KIND)
def test_every_kind_can_be_chosen_from_every_other(slot: str, kind: str) -> None:
    for other in kinds(slot):
        if other != kind:
            app = edit(slot, {"kind": other})
            app.selectbox[0].select(kind).run()
            assert not app.exception
            assert build(slot, app.session_state["edited"]).kind == kind


def test_a_prompt_can_be_written_anew() -> None:
    app = edit("answer", {"kind": "compact"})
    app.text_area[0].set_value("Briefly: {query_str}\n{context_str}").run()
    assert build("answer", app.session_state["edited"]).prompt == "Briefly: {query_str}\n{context_str}"
    app.selectbox[0].select("refine").run()
    assert not app.exception


@pytest.mark.parametrize("prompt", [None, "Briefly: {query_str} {context_str}"])
def test_another_mode_takes_over_only_a_prompt_that_was_changed(prompt: str | None) -> None:
    app = edit("answer", {"kind": "compact"} | ({"prompt": prompt} if prompt else {}))
    app.selectbox[0].select("tree_summarize").run()
    usual = build("answer", {"kind": "tree_summarize"}).prompt
    assert app.session_state["edited"]["prompt"] == (prompt or usual)


def test_a_field_without_effect_has_no_widget() -> None:
    shown = labels_of(edit("reference", {"kind": "metadata", "writer": "llm", "summary_sentences": 7}))
    assert {"Written by", "Questions"} <= set(shown)
    assert "Summary sentences" not in shown


def test_the_weight_of_the_dense_score_is_a_slider_that_reciprocal_rank_fusion_does_without() -> None:
    app = edit("search", {"kind": "hybrid"})
    weight = app.slider[0]
    assert (weight.label, weight.min, weight.max, weight.value) == ("Weight of the dense score", 0, 1, 0.5)
    weight.set_value(0.7).run()
    assert build("search", app.session_state["edited"]).dense_weight == 0.7
    next(box for box in app.selectbox if box.label == "Fusion").select("rrf").run()
    assert "Weight of the dense score" not in labels_of(app)
    assert build("search", app.session_state["edited"]).fusion == "rrf"


def test_words_can_be_left_as_they_are_and_are_of_a_language() -> None:
    app = edit("search", {"kind": "bm25"})
    app.toggle[0].set_value(False).run()
    next(box for box in app.selectbox if box.label == "Language of the words").select("german").run()
    search = build("search", app.session_state["edited"])
    assert (search.stemmed, search.language) == (False, "german")


def test_window_widths_are_a_list_to_which_others_can_be_added() -> None:
    app = edit("reference", {"kind": "windows", "window_tokens": (64, 128)})
    assert {"0", "1024", "2048"} <= set(app.multiselect[0].options)
    app.multiselect[0].set_value(["300", 64, 0]).run()
    assert build("reference", app.session_state["edited"]).window_tokens == (0, 64, 300)
    children = edit("reference", {"kind": "children"}).multiselect[0].options
    assert "0" not in children
    assert "2048" in children


def test_a_lowest_score_is_empty_until_it_is_set_and_comes_after_what_is_the_budgets_own() -> None:
    app = edit("budget", {"kind": "score_share"})
    assert [widget.label for widget in app.slider] == ["Share of the best score"]
    assert labels_of(app)[-1] == "Lowest score"
    assert app.number_input[0].value is None
    app.number_input[0].set_value(0.25).run()
    app.slider[0].set_value(0.6).run()
    budget = build("budget", app.session_state["edited"])
    assert (budget.min_score, budget.score_share) == (0.25, 0.6)


def test_another_search_keeps_what_both_have() -> None:
    app = edit("search", {"kind": "dense", "entries": 33, "pooling": "mean", "window_overlap_percent": 10})
    app.selectbox[0].select("hybrid").run()
    edited = build("search", app.session_state["edited"])
    assert (edited.kind, edited.entries, edited.pooling, edited.window_overlap_percent) == ("hybrid", 33, "mean", 10)


@pytest.fixture
def paragraphs(register_part: Callable[..., type[Part]]) -> type[Part]:
    @register_part
    class Paragraphs(Chunker):
        """Cuts at empty lines."""

        kind: Literal["paragraphs"] = "paragraphs"
        label: ClassVar[str] = "Paragraphs"
        summary: ClassVar[str] = "Cuts at empty lines"
        fewest_lines: int = Field(2, ge=1, le=9, title="Fewest lines", description="Shorter ones join the next")
        ends: Literal["keep", "drop"] = Field("keep", title="Ends", description="What becomes of the empty lines")
        most_tokens: int | None = Field(None, ge=1, le=99, title="Most tokens", description="Not set: any")

        def chunk(self, document: Document, within: Span | None = None) -> list[Span]:
            return [within or Span(0, len(document.text))]

    return Paragraphs


def test_a_new_part_has_its_widgets_without_code_for_them(paragraphs: type[Chunker]) -> None:
    app = edit("chunker", {"kind": "sentence"})
    assert "Paragraphs" in app.selectbox[0].options
    app.selectbox[0].select("paragraphs").run()
    assert {"Fewest lines", "Ends", "Most tokens"} <= set(labels_of(app))
    app.slider[0].set_value(5).run()
    app.selectbox[1].select("drop").run()
    app.number_input[0].set_value(7).run()
    edited = app.session_state["edited"]
    assert build("chunker", edited) == paragraphs(fewest_lines=5, ends="drop", most_tokens=7)


def test_values_that_the_other_kind_does_not_take_are_left_behind(
    register_part: Callable[..., type[Part]],
) -> None:
    @register_part
    class Tiny(Part):
        """Takes few."""

        slot: ClassVar[str] = "budget"
        label: ClassVar[str] = "Tiny"
        summary: ClassVar[str] = "Takes few"
        kind: Literal["tiny"] = "tiny"
        hits: int = Field(1, ge=1, le=3, title="Few hits", description="Number taken")

    app = edit("budget", {"kind": "hits", "hits": 40})
    app.selectbox[0].select("tiny").run()
    assert not app.exception
    assert app.session_state["edited"] == {"kind": "tiny", "hits": 1}

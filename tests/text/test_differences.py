"""The differences of two texts of one page, in runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag_core.text.differences import text_differences


def marked(text: str, runs) -> list[tuple[str, str]]:
    return [(text[slice(*run.span)], run.likeness) for run in runs if run.likeness != "equal"]


def test_form_and_content_are_told_apart() -> None:
    a = "The **queens** of 14 hives were weighed in May and fed with honey."
    b = "The queens of 15 hives were wei-\nghed in MAY andfed with sugar."
    first, second = text_differences(a, b)
    assert marked(a, first) == [
        ("**", "form"), ("**", "form"), ("14", "different"), ("ay", "form"), (" ", "form"), ("honey", "different"),
    ]  # fmt: skip
    assert marked(b, second) == [("15", "different"), ("-\n", "form"), ("AY", "form"), ("sugar", "different")]


def test_line_ends_and_moved_blocks_are_equal() -> None:
    first, second = (
        "The left column tells of the bees that dance in the dark.",
        "The right one tells of nets and boats.",
    )
    a, b = f"{first}\n{second}", f"{second.replace(' ', chr(10))} {first}"
    assert {run.likeness for runs in text_differences(a, b) for run in runs if run.span.end - run.span.start > 1} == {
        "equal"
    }


@given(st.text(max_size=200), st.text(max_size=200))
def test_runs_are_the_whole_text(a, b) -> None:
    for text, runs in zip((a, b), text_differences(a, b), strict=True):
        assert "".join(text[slice(*run.span)] for run in runs) == text
        assert all(run.span.start < run.span.end for run in runs)
    assert {run.likeness for runs in text_differences(a, a) for run in runs} <= {"equal"}

"""The histogram of chunk sizes counts every chunk once, in bins that it names, and can be read without being seen."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from rag_core.figures.sizes import histogram_alt, size_histogram

SIZES = st.lists(st.integers(1, 20_000), max_size=80)


@given(SIZES, SIZES)
def test_every_chunk_is_in_the_bin_that_is_named(first: list[int], second: list[int]) -> None:
    figure = size_histogram({"a": first, "b": second}, "tokens", ["#0072b2", "#b84f00"])
    for bar, sizes in zip(figure.data, (first, second), strict=True):
        assert sum(bar.y) == len(sizes)
        assert len(bar.y) <= 32
        for count, label in zip(bar.y, bar.customdata, strict=True):
            low, _, high = label.replace(",", "").partition("–")  # noqa: RUF001
            assert count == sum(int(low) <= size <= int(high or low) for size in sizes)


def test_columns_share_their_bins_and_keep_their_colours_and_patterns() -> None:
    figure = size_histogram({"a": [250, 256], "b": [12, 30]}, "tokens", ["#0072b2", "#5c4700"], patterns=[0, 4])
    one, other = figure.data
    assert list(one.x) == list(other.x)
    assert [bar.marker.color for bar in figure.data] == ["#0072b2", "#5c4700"]
    assert [bar.marker.pattern.shape for bar in figure.data] == ["", "|"]
    assert figure.layout.showlegend


def test_axes_name_their_units_and_one_series_needs_no_legend() -> None:
    layout = size_histogram({"a": [1, 2, 3]}, "tokens", ["#0072b2"]).layout
    assert layout.xaxis.title.text == "Chunk size (tokens)"
    assert layout.yaxis.title.text == "Chunks"
    assert not layout.showlegend


def test_few_chunks_are_counted_in_whole_numbers() -> None:
    assert size_histogram({"a": [10, 20], "b": [20, 20]}, "tokens", ["#0072b2", "#b84f00"]).layout.yaxis.dtick == 1
    assert size_histogram({"a": [10] * 9}, "tokens", ["#0072b2"]).layout.yaxis.dtick is None


def test_on_both_pages_the_background_is_the_pages_own_and_the_ink_is_not() -> None:
    light, dark = (size_histogram({"a": [1]}, "tokens", ["#0072b2"], dark=dark).layout for dark in (False, True))
    assert light.paper_bgcolor == dark.plot_bgcolor == "rgba(0,0,0,0)"
    assert light.font.color != dark.font.color


def test_in_words() -> None:
    sizes = {"Sentence": [12, 250, 256], "Token": [], "Page": [1200]}
    assert histogram_alt(sizes, "tokens") == (
        "Chunk sizes in tokens. Sentence: 3 chunks from 12 to 256, median 250. Token: no chunks. "
        "Page: 1 chunk from 1,200 to 1,200, median 1,200."
    )


def test_plotly_is_not_imported_before_a_figure_is_drawn() -> None:
    program = "import sys, rag_core.figures.sizes; sys.exit('plotly' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

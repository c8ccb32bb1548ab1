"""How numbers are written for people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.text.numbers import duration, milliseconds, page_range, percent, three_digits


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0.0 ms"), (0.44, "0.4 ms"), (9.94, "9.9 ms"), (9.96, "10 ms"), (41.2, "41 ms"),
                     (999.4, "999 ms"), (999.7, "1.0 s"), (2100, "2.1 s")],
)  # fmt: skip
def test_milliseconds(ms: float, text: str) -> None:
    assert milliseconds(ms) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.0001, "<1 %"), (0.005, "<1 %"), (0.2, "20 %"), (0.994, "99 %"),
                        (0.9951, ">99 %"), (0.99999, ">99 %"), (1, "100 %"), (None, "unknown")],
)  # fmt: skip
def test_percent(share: float | None, text: str) -> None:
    assert percent(share) == text


@given(st.floats(0, 1))
def test_percent_says_0_and_100_only_where_it_is(share: float) -> None:
    assert (percent(share) == "0 %") == (share == 0)
    assert (percent(share) == "100 %") == (share == 1)


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "1 s"), (1400, "1 s"), (89_400, "89 s"), (90_000, "2 min"), (600_000, "10 min")]
)
def test_duration(ms: float, text: str) -> None:
    assert duration(ms) == text


@pytest.mark.parametrize(("numbers", "text"), [([], ""), ([4], "4"), ([4, 5, 6], "4–6")])  # noqa: RUF001
def test_page_range(numbers: list[int], text: str) -> None:
    assert page_range(numbers) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0.6137, "0.614"), (12.34, "12.3"), (0.03277, "0.0328"), (1, "1.00"), (0.9996, "1.00"),
                         (0, "0"), (99.96, "100"), (1234.5, "1,230"), (-0.5, "-0.500"), (1e-7, "0.000000100")],
)  # fmt: skip
def test_three_digits(number: float, text: str) -> None:
    assert three_digits(number) == text

"""Years, months, quarters and halves that a text names."""

import pytest

from rag_core.text.periods import named_periods


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at the end of fiscal year 2019", [("year", {2019})]),
        ("FY22", [("year", {2022})]),
        ("from 1994 to 1997", [("year", {1994, 1995, 1996, 1997})]),
        ("2019-21", [("year", {2019, 2020, 2021})]),
        ("2015 and 2020", [("year", {2015}), ("year", {2020})]),
        ("2022-06-25", [("year", {2022})]),
        ("the 1960s", [("year", set(range(1960, 1970)))]),
        ("the third fiscal quarter", [("quarter", {3})]),
        ("Q1 2023", [("quarter", {1}), ("year", {2023})]),
        ("the first half", [("half", {1})]),
        ("June 25, 2022", [("month", {6}), ("year", {2022})]),
        ("2019年末", [("year", {2019})]),
        ("the March on Washington; they march, and companies may do so", [("month", {3})]),
        ("$2,019 and 2,019.5 and 1,2019", []),
        ("$2019, 2019.5 and 2019 %", []),
        ("12019 and 20190", []),
    ],
)
def test_periods_are_read(text, expected):
    assert [(named.kind, set(named.values)) for named in named_periods(text)] == expected

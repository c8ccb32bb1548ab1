"""No two labels look the same, whatever the names are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.text.labels import distinct_numbers, label_of, shortened


def labels(*names: str) -> list[str]:
    numbers = distinct_numbers(names, [1] * len(names))
    return [label_of(name, number) for name, number in zip(names, numbers, strict=True)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["v.txt", "v.txt", "v.txt"], ["v.txt", "v.txt (2)", "v.txt (3)"]),
        (["v.txt", "v.txt", "v.txt (2)"], ["v.txt", "v.txt (3)", "v.txt (2)"]),
        (["v.txt (2)", "v.txt", "v.txt (2)", "v.txt"], ["v.txt (2)", "v.txt", "v.txt (2) (2)", "v.txt (3)"]),
        (["v.txt", "V.txt", "w.txt"], ["v.txt", "V.txt", "w.txt"]),
    ],
)
def test_repeated_names_are_numbered_and_no_number_makes_the_name_of_another(names, expected):
    assert labels(*names) == expected


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("r\u00e9sum\u00e9.pdf", "re\u0301sume\u0301.pdf"),  # accents as one character, and as two
        ("v.txt", "v\u200b.txt"),
        ("v.txt", "\ufeffv.txt"),
        ("v.txt", "v.txt\u202c"),
        ("a b.txt", "a  b.txt"),
        ("a b.txt", "a\u00a0b.txt"),
        ("v.txt", "v.txt "),
        ("☂.md", "☂\ufe0f.md"),
        (f"{'x' * 40}1{'y' * 40}.txt", f"{'x' * 40}2{'y' * 40}.txt"),  # equal where they are shortened
    ],
)
def test_names_that_look_the_same_are_numbered_too(name, other):
    assert labels(name, other) == [name, f"{other} (2)"]


def test_numbers_given_before_stay():
    assert distinct_numbers(["v.txt", "v.txt"], [2, 1]) == [2, 1]
    assert distinct_numbers(["v.txt", "v.txt", "v.txt"], [3, 3, 1]) == [3, 2, 1]
    assert distinct_numbers(["v.txt"], [2]) == [2]


@given(st.lists(st.sampled_from(["v.txt", "v.txt (2)", "v.txt (2) (2)", "v.txt (3)", "V.txt", "w"]), max_size=9))
def test_labels_are_always_distinct_and_a_single_name_is_its_own(names):
    found = labels(*names)
    assert len(set(found)) == len(names)
    assert all(
        names.index(name) != i or label == name for i, (name, label) in enumerate(zip(names, found, strict=True))
    )


def test_a_long_name_keeps_its_start_and_its_end():
    name = f"Annual report of the society for the study of tides {'and shores ' * 9}2024.pdf"
    assert shortened(name).startswith("Annual report of the")
    assert shortened(name).endswith(" 2024.pdf")
    assert len(shortened(name)) == 44
    assert shortened("v.txt") == "v.txt"

"""Labels that tell apart things with equal names: "v.txt", "v.txt (2)"."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count

_MAX_SHORT = 44  # characters that a narrow place on a screen can show
_TAIL = 16  # of them at the end, where the file's ending and the year are
_ELLIPSIS = "…"
_INVISIBLE = ("Cc", "Cf")  # categories of control and format characters, such as U+200B
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


def label_of(name: str, number: int) -> str:
    """The name, followed by its number from 2 on."""
    return name if number == 1 else f"{name} ({number})"


def shortened(name: str) -> str:
    """The name with its middle left out where it is too long for a narrow place; start and end are kept."""
    if len(name) <= _MAX_SHORT:
        return name
    return f"{name[: _MAX_SHORT - _TAIL - 1]}{_ELLIPSIS}{name[-_TAIL:]}"


def with_ends(text: str, max_characters: int) -> str:
    """The text, with the middle of a long one left out."""
    if len(text) <= max_characters:
        return text
    half = (max_characters - 3) // 2
    return f"{text[:half].rstrip()} {_ELLIPSIS} {text[-half:].lstrip()}"


def distinct_numbers(names: Sequence[str], numbers: Sequence[int]) -> list[int]:
    """A number for each name, so that no two labels look the same on a screen, not even where they are shortened.

    A name keeps the number that it has in `numbers` unless an earlier one takes its label; a name that is not repeated
    has the number 1. So a real "v.txt (2)" beside two "v.txt" keeps its name.
    """
    taken: set[str] = set()
    found: list[int | None] = [_kept(name, number, taken) for name, number in zip(names, numbers, strict=True)]
    # Names that look the same count on from one another: a thousand of them take a thousand steps.
    free: dict[str, Iterator[int]] = {}
    return [
        _next(name, free.setdefault(_look(name, 1), count(2)), taken) if number is None else number
        for name, number in zip(names, found, strict=True)
    ]


def _kept(name: str, number: int, taken: set[str]) -> int | None:
    look = _look(name, number)
    if look in taken:
        return None
    taken.add(look)
    return number


def _next(name: str, numbers: Iterator[int], taken: set[str]) -> int:
    number = next(number for number in numbers if _look(name, number) not in taken)
    taken.add(_look(name, number))
    return number


def _look(name: str, number: int) -> str:
    """A value that is equal for labels that look the same: accents as one character or two, spaces, invisible ones."""
    visible = "".join(
        char for char in name if char.isspace() or not (_is_invisible(char) or ord(char) in _VARIATION_SELECTORS)
    )
    return label_of(shortened(" ".join(unicodedata.normalize("NFC", visible).split())), number)


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE

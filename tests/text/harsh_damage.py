"""Harsher damage than parsers usually do, one kind at a time; as in damage.py, each character's place is known."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np

from tests.text.damage import Damaged

Made = list[tuple[str, int]]  # characters, each with its place in the original; -1 for none
_PAGE = 2500
_CONFUSED = {"l": "1", "O": "0", "e": "c", "m": "rn", "h": "b", "5": "S", "8": "B", "a": "o", "1": "l"}


def dropped_pages(made: Made, rng: random.Random) -> Made:
    """One page in eight is missing."""
    return [one for page in _pages(made) if rng.random() > 1 / 8 for one in page]


def doubled_headers(made: Made, rng: random.Random) -> Made:
    """Each page has its header twice, as of two layers."""
    heads = ([(char, -1) for char in f"\nFORM 10-K | {number}\n" * 2] for number in range(len(made)))
    return [one for page in _pages(made) for one in (*next(heads), *page)]


def confused_letters(made: Made, rng: random.Random) -> Made:
    """Letters are taken for others, and one in a hundred is missing, as by OCR."""
    kept = (one for one in made if not one[0].isalnum() or rng.random() > 0.01)
    replaced = ((_CONFUSED.get(char, char) if rng.random() < 0.06 else char, at) for char, at in kept)
    return [(char, at) for chars, at in replaced for char in chars]


def moved_blocks(made: Made, rng: random.Random) -> Made:
    """The paragraphs of each page are in another order."""
    moved: Made = []
    for page in _pages(made):
        size = rng.randrange(100, 800)
        blocks = [page[start : start + size] for start in range(0, len(page), size)]
        rng.shuffle(blocks)
        moved += [one for block in blocks for one in block]
    return moved


def mixed_columns(made: Made, rng: random.Random) -> Made:
    """The lines of two columns are read across."""
    mixed: Made = []
    for page in _pages(made):
        lines = [page[start : start + 45] for start in range(0, len(page), 45)]
        middle = (len(lines) + 1) // 2
        for number in range(middle):
            for line in (lines[number], *lines[number + middle : number + middle + 1]):
                mixed += [*line, ("\n", -1)]
    return mixed


HARSH: tuple[Callable[[Made, random.Random], Made], ...] = (
    dropped_pages,
    doubled_headers,
    confused_letters,
    moved_blocks,
    mixed_columns,
)


def harshly_damaged(text: str, how: Callable[[Made, random.Random], Made], seed: int) -> Damaged:
    """The text after one kind of damage."""
    made = how([(char, at) for at, char in enumerate(text)], random.Random(seed))
    places = np.full(len(text), -1)
    for at, (_, origin) in reversed(list(enumerate(made))):
        if origin >= 0:
            places[origin] = at
    return Damaged("".join(char for char, _ in made), places)


def _pages(made: Made) -> list[Made]:
    return [made[start : start + _PAGE] for start in range(0, len(made), _PAGE)]

"""Damages a text as parsers do, and knows where each of its characters went."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Damaged:
    """A damaged text and, for each character of the original, its place in it; -1 where it was dropped."""

    text: str
    places: np.ndarray


def damaged(text: str, seed: int, *, header: str = "A REPORT ON SEVERAL MATTERS | page {}") -> Damaged:
    """Blocks swapped, pieces dropped, page headers inserted, lines wrapped with hyphens, and words glued."""
    rng = random.Random(seed)
    pages = [list(range(start, min(start + 3000, len(text)))) for start in range(0, len(text), 3000)]
    made: list[tuple[str, int]] = []
    for number, page in enumerate(pages):
        made += [(char, -1) for char in "\n" + header.format(number + 1) + "\n"]
        made += _wrapped(text, _columns(page, rng), rng)
    places = np.full(len(text), -1)
    for at, (_, origin) in enumerate(made):
        if origin >= 0:
            places[origin] = at
    return Damaged("".join(char for char, _ in made), places)


def _columns(page: list[int], rng: random.Random) -> list[int]:
    """The page with its columns swapped, or with a paragraph at its end, or with a piece missing, or as it is."""
    middle = len(page) // 2
    match rng.randrange(4):
        case 0:
            return page[middle:] + page[:middle]
        case 1:
            start = rng.randrange(max(len(page) - 400, 1))
            return page[:start] + page[start + 400 :] + page[start : start + 400]
        case 2:
            start = rng.randrange(max(len(page) - 200, 1))
            return page[:start] + page[start + rng.randrange(20, 200) :]
    return page


def _wrapped(text: str, page: list[int], rng: random.Random) -> list[tuple[str, int]]:
    """Lines of about 80 characters, broken inside words with a hyphen; one blank in eight is lost."""
    made, column = list[tuple[str, int]](), 0
    for at in page:
        char = text[at]
        column += 1
        if char == " " and column > 80:
            made.append(("\n", at))
            column = 0
        elif char == " " and rng.random() < 1 / 8:
            continue
        elif char.isalpha() and column > 76 and text[at - 1].isalpha() and rng.random() < 1 / 4:
            made += [("-", -1), ("\n", -1), (char, at)]
            column = 0
        else:
            made.append((char, at))
    return made

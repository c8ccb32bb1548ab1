"""The words of a text, as the audit compares them."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag_core.geometry import Span
from rag_core.text.word_pieces import UNSPACED_LETTERS

Ints = NDArray[np.int64]

_WORD = re.compile(rf"\d+(?:[.,]\d+)+[^\W_{UNSPACED_LETTERS}]*|[{UNSPACED_LETTERS}]|[^\W_{UNSPACED_LETTERS}]+")


class Word(NamedTuple):
    """A word of the read text, and its span in the text layer if all of its letters stand there together."""

    span: Span
    layer: Span | None


def words_in(text: str) -> list[Span]:
    """The words of a text, numbers with their points and commas, characters of scripts without blanks alone."""
    return [Span(*match.span()) for match in _WORD.finditer(text)]


def letters_in(text: str) -> str:
    """The letters and digits of a text, without case."""
    return "".join(char for char in text.casefold() if char.isalnum())

"""The tokenizers in which sizes are measured, by name; each counts quickly and often."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from rag_core.part import Registry

DEFAULT_TOKENIZER = "cl100k"
_CACHED_COUNTS = 100_000
_MAX_CACHED_CHARACTERS = 500


class Tokenizer(NamedTuple):
    """A loaded tokenizer: a name, a label for people, and `count(text) -> tokens`, cached for the last texts counted.

    `ends_at_spaces`: a space after anything but white space begins a token, and the text on one side of it does not
    change the tokens on the other.
    """

    name: str
    label: str
    count: Callable[[str], int]
    ends_at_spaces: bool


class TokenizerEntry(NamedTuple):
    """A registered tokenizer: `load` returns its `count` and is called once, on first use; the rest as in Tokenizer."""

    label: str
    load: Callable[[], Callable[[str], int]]
    ends_at_spaces: bool = False


TOKENIZERS: Registry[TokenizerEntry] = Registry("tokenizer")


def tokenizer_names() -> dict[str, str]:
    """Names and labels of all tokenizers."""
    return {name: entry.label for name, entry in TOKENIZERS.items().items()}


def get_tokenizer(name: str) -> Tokenizer:
    """The tokenizer of that name; raises UserError naming the valid ones."""
    return _loaded(name, TOKENIZERS.get(name))


@cache
def _loaded(name: str, entry: TokenizerEntry) -> Tokenizer:
    return Tokenizer(name, entry.label, _cached(entry.load()), entry.ends_at_spaces)


def _cached(count: Callable[[str], int]) -> Callable[[str], int]:
    """Cache the counts of short texts: words and sentences are counted often, whole documents are not."""
    cached = lru_cache(maxsize=_CACHED_COUNTS)(count)
    return lambda text: cached(text) if len(text) <= _MAX_CACHED_CHARACTERS else count(text)


def check_tokenizer(name: str) -> None:
    """Raise UserError, naming the valid ones, for an unknown tokenizer; loads nothing."""
    TOKENIZERS.get(name)

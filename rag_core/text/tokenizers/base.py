"""The registry of the tokenizers that sizes are measured with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from rag_core.part import Registry

DEFAULT_TOKENIZER = "cl100k"
_CACHED_COUNTS = 100_000
_MAX_CACHED_CHARACTERS = 500


class Tokenizer(NamedTuple):
    """A loaded tokenizer; `label` is its name for users, and `count` counts the tokens of a text, with a cache.

    `ends_at_spaces` says that a space after a non-space character always begins a token, and that the tokens on either
    side of this boundary do not depend on the text on the other side.
    """

    name: str
    label: str
    count: Callable[[str], int]
    ends_at_spaces: bool


class TokenizerEntry(NamedTuple):
    """A registered tokenizer; `load` returns its `count` function and is called once, on first use.

    `label` and `ends_at_spaces` are those of the Tokenizer.
    """

    label: str
    load: Callable[[], Callable[[str], int]]
    ends_at_spaces: bool = False


TOKENIZERS: Registry[TokenizerEntry] = Registry("tokenizer")


def tokenizer_names() -> dict[str, str]:
    """The labels of all tokenizers by name."""
    return {name: entry.label for name, entry in TOKENIZERS.items().items()}


def get_tokenizer(name: str) -> Tokenizer:
    """The tokenizer with that name, loaded on first use; raises UserError with the valid names if there is none."""
    return _loaded(name, TOKENIZERS.get(name))


@cache
def _loaded(name: str, entry: TokenizerEntry) -> Tokenizer:
    return Tokenizer(name, entry.label, _cached(entry.load()), entry.ends_at_spaces)


def _cached(count: Callable[[str], int]) -> Callable[[str], int]:
    """Add a cache for the counts of short texts, such as words and sentences, which are counted repeatedly."""
    cached = lru_cache(maxsize=_CACHED_COUNTS)(count)
    return lambda text: cached(text) if len(text) <= _MAX_CACHED_CHARACTERS else count(text)


def check_tokenizer(name: str) -> None:
    """Raise UserError with the valid names if the tokenizer is unknown; does not load it."""
    TOKENIZERS.get(name)

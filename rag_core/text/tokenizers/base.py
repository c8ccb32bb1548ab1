"""What a tokenizer must do for us: count, quickly and often."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from rag_core.errors import UserError
from rag_core.program import Code

DEFAULT_TOKENIZER = "cl100k"
_CACHED_COUNTS = 100_000
_LONGEST_REMEMBERED = 500  # characters


class Tokenizer(NamedTuple):
    """A name, a line for people, and `count(text) -> tokens`, remembered for the texts counted last.

    `ends_at_spaces`: no token reaches across a space after something else than white space, nor does what stands on one
    side of it change the tokens on the other.
    """

    name: str
    label: str
    count: Callable[[str], int]
    ends_at_spaces: bool


class _Registration(NamedTuple):
    label: str
    load: Callable[[], Callable[[str], int]]
    code: Code
    ends_at_spaces: bool


_registry: dict[str, _Registration] = {}


def register_tokenizer(
    name: str,
    label: str,
    load: Callable[[], Callable[[str], int]],
    code: Code,
    *,
    ends_at_spaces: bool = False,
) -> None:
    """Make a tokenizer known; `load` is called once, when it is first used. For the rest, see Tokenizer."""
    _registry[name] = _Registration(label, load, code, ends_at_spaces)


def tokenizer_names() -> dict[str, str]:
    """Names and labels of all tokenizers."""
    return {name: registration.label for name, registration in _registry.items()}


@cache
def get_tokenizer(name: str) -> Tokenizer:
    """The tokenizer of that name; raises UserError naming the valid ones."""
    registration = _registered(name)
    return Tokenizer(name, registration.label, _remembering(registration.load()), registration.ends_at_spaces)


def _remembering(count: Callable[[str], int]) -> Callable[[str], int]:
    """Words and sentences are counted again and again; whole documents are not, and would fill the memory."""
    remembered = lru_cache(maxsize=_CACHED_COUNTS)(count)
    return lambda text: remembered(text) if len(text) <= _LONGEST_REMEMBERED else count(text)


def check_tokenizer(name: str) -> None:
    """Raises UserError naming the valid ones; loads nothing."""
    _registered(name)


def tokenizer_code(name: str) -> Code:
    """The function `tokenize(text)` of a LlamaIndex program; loads nothing."""
    return _registered(name).code


def _registered(name: str) -> _Registration:
    if name not in _registry:
        raise UserError(f"There is no tokenizer {name!r}. Valid: {', '.join(_registry)}.")
    return _registry[name]

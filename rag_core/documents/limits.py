"""How much a document may cost; every limit has an environment variable that raises it."""

from __future__ import annotations

import os
from typing import NamedTuple

from rag_core.errors import UserError

MAX_FILE_MB = "CHUNKSCOPE_MAX_FILE_MB"
PARSE_SECONDS = "CHUNKSCOPE_PARSE_SECONDS"
PARSE_MEMORY_MB = "CHUNKSCOPE_PARSE_MEMORY_MB"
MAX_CHARACTERS = "CHUNKSCOPE_MAX_CHARACTERS"
MAX_PAGES = "CHUNKSCOPE_MAX_PAGES"

MB = 1024 * 1024


class Limits(NamedTuple):
    """The limits that hold for one document: megabytes of 1,048,576 bytes, seconds of wall and CPU time, counts."""

    file_mb: float = 100
    seconds: float = 120
    memory_mb: float = 2048
    characters: float = 20_000_000
    pages: float = 20_000

    def check_bytes(self, name: str, size: int) -> None:
        """Raise UserError when a file of `size` bytes is over the limit."""
        if size > self.file_mb * MB:
            raise UserError(
                f"{name} has {size / MB:,.1f} MB; the limit is {self.file_mb:,g} MB. "
                f"Split it, or raise the limit with the environment variable {MAX_FILE_MB}."
            )


def current_limits() -> Limits:
    """The limits as the environment sets them now. Raises UserError for a value that is not a positive number."""
    names = Limits(MAX_FILE_MB, PARSE_SECONDS, PARSE_MEMORY_MB, MAX_CHARACTERS, MAX_PAGES)  # type: ignore[arg-type]
    return Limits(*(_positive(str(name), default) for name, default in zip(names, Limits(), strict=True)))


def over(what: str, seen: int, limit: float, variable: str) -> str:
    """The end of a sentence about a count that is over its limit; the document's name goes before it."""
    return (
        f"has {seen:,} {what}; the limit is {limit:,.0f}. "
        f"Split it, or raise the limit with the environment variable {variable}."
    )


def _positive(name: str, default: float) -> float:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise UserError(f"The environment variable {name} is {value!r}; it must be a number above 0.")
    return number

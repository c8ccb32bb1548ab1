"""Limits on reading one document; an environment variable raises each of them."""

from __future__ import annotations

import math
from typing import NamedTuple

from rag_core import settings
from rag_core.errors import UserError

MAX_FILE_MB = settings.MAX_FILE_MB.name
PARSE_SECONDS = settings.PARSE_SECONDS.name
PARSE_MEMORY_MB = settings.PARSE_MEMORY_MB.name
MAX_CHARACTERS = settings.MAX_CHARACTERS.name
MAX_PAGES = settings.MAX_PAGES.name

RAISE_FILE_MB = f"Split it, or raise the limit with the environment variable {MAX_FILE_MB}."

MB = 1024 * 1024


class Limits(NamedTuple):
    """The limits that hold for one document: megabytes of 1,048,576 bytes, seconds of wall and CPU time, counts."""

    file_mb: float = settings.MAX_FILE_MB.default
    seconds: float = settings.PARSE_SECONDS.default
    memory_mb: float = settings.PARSE_MEMORY_MB.default
    characters: float = settings.MAX_CHARACTERS.default
    pages: float = settings.MAX_PAGES.default

    def check_bytes(self, name: str, size: int) -> None:
        """Raise UserError when a file of `size` bytes is over the limit."""
        if size > self.file_mb * MB:
            raise UserError(f"{name} {over_mb(size, self.file_mb)} {RAISE_FILE_MB}")


def current_limits() -> Limits:
    """The limits as the environment sets them now. Raises UserError for a value that is not a positive number."""
    return Limits(
        file_mb=settings.MAX_FILE_MB.read(),
        seconds=settings.PARSE_SECONDS.read(),
        memory_mb=settings.PARSE_MEMORY_MB.read(),
        characters=settings.MAX_CHARACTERS.read(),
        pages=settings.MAX_PAGES.read(),
    )


def over(what: str, seen: int, limit: float, variable: str) -> str:
    """The end of a sentence about a count that is over its limit; the document's name goes before it."""
    return (
        f"has {seen:,} {what}; the limit is {limit:,.0f}. "
        f"Split it, or raise the limit with the environment variable {variable}."
    )


def over_mb(size: int, limit_mb: float) -> str:
    """The words for a file of `size` bytes that is over its limit; its name goes before them, a remedy after them.

    The size is rounded up: it must not look like the limit.
    """
    return f"has {math.ceil(10 * size / MB) / 10:,.1f} MB; the limit is {limit_mb:,g} MB."

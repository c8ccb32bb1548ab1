"""The input of a parser: the bytes of a file, its name, and its password."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """An uploaded or opened file; `name` is shown in messages, `password` is None if none was given."""

    data: bytes = field(repr=False)
    name: str
    password: str | None = field(default=None, repr=False)

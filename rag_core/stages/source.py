"""What a parser reads: a file's bytes, its name, and the password that opens it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came: `name` is shown in messages, `password` is None where none is needed."""

    data: bytes = field(repr=False)
    name: str
    password: str | None = field(default=None, repr=False)

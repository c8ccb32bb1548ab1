"""The parameters of an address as values; every one that cannot be used is named, with what is used instead."""

from __future__ import annotations

import math
from collections.abc import Collection

from rag_core.text.printable import printable

Address = dict[str, tuple[str, ...]]
_MAX_SHOWN = 80
_MAX_DIGITS = 8


class Link:
    """Reads an address, whose parameters may hold anything; `problems` are sentences about what is unusable in it."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.problems: list[str] = []

    def only(self, known: Collection[str]) -> None:
        """Name the parameters that no view has."""
        for name in self._address:
            if name not in known:
                self.problems.append(f"There is no parameter {shown(name)}; it is ignored.")

    def all(self, name: str) -> tuple[str, ...]:
        """The values of a parameter as they stand."""
        return self._address.get(name, ())

    def many(self, name: str) -> tuple[str, ...]:
        """The values of a parameter, without empty ones."""
        values = tuple(value for value in self.all(name) if value.strip())
        if len(values) < len(self.all(name)):
            self.problems.append(f"{name} has no value; it is ignored.")
        return values

    def one(self, name: str) -> str:
        """The value of a parameter, the first of several; empty if there is none."""
        values = self.many(name)
        if len(values) > 1:
            self.problems.append(f"{name} is there {len(values):,} times; the first, {shown(values[0])}, is used.")
        return values[0] if values else ""

    def whole(self, name: str, bounds: tuple[int, int], otherwise: str) -> int | None:
        """A whole number, the nearest within its bounds; None where there is none, with what `otherwise` is."""
        text = self.one(name)
        return self.whole_of(name, text, bounds, otherwise) if text else None

    def whole_of(self, name: str, text: str, bounds: tuple[int, int], otherwise: str) -> int | None:
        """The same for one of several values that a parameter lists."""
        if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
            problem = f"is not a whole number from {bounds[0]:,} to {bounds[1]:,}; {otherwise}"
            self.problems.append(f"{name}={shown(text)} {problem}.")
            return None
        number = int(text)
        nearest = min(max(number, bounds[0]), bounds[1])
        if nearest != number:
            where = f"out of range ({bounds[0]:,} to {bounds[1]:,})"
            self.problems.append(f"{name}={shown(text)} is {where}; {nearest:,} is used instead.")
        return nearest

    def real(self, name: str, bounds: tuple[float, float], otherwise: str) -> float | None:
        """A number within its bounds; None where there is none, with what `otherwise` is."""
        text = self.one(name)
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if bounds[0] <= number <= bounds[1]:
            return number
        self.problems.append(f"{name}={shown(text)} is not a number from {bounds[0]:g} to {bounds[1]:g}; {otherwise}.")
        return None

    def is_set(self, name: str) -> bool:
        """Whether a switch is on, which 1 says."""
        text = self.one(name)
        if text and text != "1":
            self.problems.append(f"{name}={shown(text)} is unknown (valid: 1); it is ignored.")
        return text == "1"

    def choice(self, name: str, valid: Collection[str], default: str) -> str:
        """One of the valid values, or the default."""
        text = self.one(name)
        if not text or text in valid:
            return text or default
        problem = f"is unknown (valid: {', '.join(valid)}); {default} is used instead."
        self.problems.append(f"{name}={shown(text)} {problem}")
        return default


def shown(text: str) -> str:
    """A value as a message shows it: on one line, and not all of a long one."""
    return printable(text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…")

"""The drawing of the layers and the exceptions from the rules, generated from import-linter's contracts."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.paths import ROOT

_WIDTH = 48  # divides by 2 and 3, so that the cells of a layer are equal


def contracts() -> dict[str, dict[str, Any]]:
    """The contracts of pyproject.toml by id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def layers() -> list[list[str]]:
    """The layers from top to bottom, each with the modules that are side by side in it."""
    return [[name.strip() for name in layer.split("|")] for layer in contracts()["layers"]["layers"]]


def drawing() -> str:
    """Boxes from top to bottom; a box may import what is in a lower row."""
    rows = layers()
    lines = [_edge(len(rows[0]))]
    for names, below in zip(rows, [*rows[1:], rows[-1]], strict=True):
        lines += [_cells(names), _edge(len(names), len(below))]
    return "\n".join(["```text", *lines, "```"])


def exceptions_list() -> str:
    """Which modules may import LlamaIndex, and which parts may import another slot's."""
    allowed = contracts()
    llama_index = ", ".join(f"`{name}`" for name in allowed["llama_index"]["allowed_importers"])
    slots = ", ".join(f"`{line}`" for line in allowed["slots"]["ignore_imports"])
    return f"* LlamaIndex is imported by: {llama_index}.\n* Imports between slots: {slots}."


def _cells(names: list[str]) -> str:
    width = _WIDTH // len(names) - 1
    return "|" + "|".join(f" {name}".ljust(width) for name in names) + "|"


def _edge(*counts: int) -> str:
    """A horizontal line with a joint wherever a cell above or below it ends."""
    joints = {0} | {_WIDTH * i // count for count in counts for i in range(1, count + 1)}
    return "".join("+" if column in joints else "-" for column in range(_WIDTH + 1))

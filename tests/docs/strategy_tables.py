"""Tables of presets and parts, generated from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rag_core.part import slots
from rag_core.parts import SLOTS, kinds
from rag_core.strategy import PRESETS, Preset, preset_names
from rag_core.strategy.specs import preset


def preset_table() -> str:
    """Presets with those of their parts in which they differ."""
    rows = []
    for name in preset_names():
        strategy = preset(name)
        entries = "" if strategy.budget.sets_number else f", {strategy.search.entries} entries"
        parts = [strategy.chunker, strategy.reference, strategy.query, strategy.search, strategy.rerank]
        shorts = ["" if part.kind == "none" else part.short() for part in parts]
        shorts[3] += entries
        rows.append([f"`{name}`", *shorts, strategy.budget.short()])
    return table(["preset", "chunker", "reference", "query", "search", "rerank", "budget"], rows)


def preset_list() -> str:
    """Presets by group: what each is for, when it fails, and where it comes from."""
    groups = []
    for group, entries in _by_group():
        lines = [
            f"* `{entry.name}`: {entry.purpose} {entry.fails} [{entry.source.title}]({entry.source.url})"
            for entry in entries
        ]
        groups.append("\n".join([f"**{group}**", "", *lines]))
    return "\n\n".join(groups)


def group_table() -> str:
    """The groups of presets, with the names of their presets."""
    rows = [[group, ", ".join(f"`{entry.name}`" for entry in entries)] for group, entries in _by_group()]
    return table(["group", "presets"], rows)


def _by_group() -> Iterator[tuple[str, list[Preset]]]:
    for group, entries in groupby(PRESETS.items().values(), lambda entry: entry.group):
        yield group, list(entries)


def kinds_table() -> str:
    """Each slot with its kinds, the default first named as such."""
    rows = []
    for slot in slots():
        default = slot.default.get("kind")
        names = [f"**`{kind}`**" if kind == default else f"`{kind}`" for kind in slot.kinds]
        rows.append([slot.name, ", ".join(names)])
    return table(["slot", "kinds (default in bold)"], rows)


def parts_table() -> str:
    """Every kind of every slot, with what it does and its fields."""
    rows = []
    for slot in SLOTS:
        for kind, part in kinds(slot).items():
            fields = ", ".join(f"`{slot}.{name}`" for name in part.model_fields if name != "kind")
            rows.append([slot, f"`{kind}`", part.summary, fields])
    return table(["slot", "kind", "what it does", "fields"], rows)


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

"""Tables of presets and parts, generated from the registry."""

from __future__ import annotations

from collections.abc import Iterable

from rag_core.part import slots
from rag_core.parts import SLOTS, kinds
from rag_core.strategy import preset_names
from rag_core.strategy.specs import preset


def preset_table() -> str:
    """Presets with those of their parts in which they differ."""
    rows = []
    for name in preset_names():
        strategy = preset(name)
        entries = "" if strategy.budget.sets_number else f", {strategy.search.entries} entries"
        search = strategy.search.short() + entries
        rows.append(
            [f"`{name}`", strategy.chunker.short(), strategy.reference.short(), search, strategy.budget.short()]
        )
    return table(["preset", "chunker", "reference", "search", "budget"], rows)


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

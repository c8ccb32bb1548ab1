"""The table of settings, generated from their declarations."""

from __future__ import annotations

from rag_core.settings import all_settings


def settings_table() -> str:
    """A row for each environment variable."""
    lines = ["| variable | type | default | description |", "|---|---|---|---|"]
    for setting in all_settings():
        cells = [f"`{setting.name}`", setting.type_name, setting.default_text(), setting.description]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)

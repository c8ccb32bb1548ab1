"""The one environment of the HTML templates: whatever is put into them is escaped, and nothing may be missing."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rag_core.html.palette import MARKS


@cache
def environment() -> Environment:
    """Compiled once per process; `symbols` are the columns'."""
    made = Environment(
        loader=PackageLoader("rag_core.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["symbols"] = [mark.symbol for mark in MARKS]
    return made


def render(template: str, **values: Any) -> str:
    """`templates/<template>.html.j2` with these values."""
    return environment().get_template(f"{template}.html.j2").render(values)


def compile_templates() -> None:
    """Ahead of their first use, which would wait for it: some 50 ms of work."""
    for name in environment().list_templates():
        environment().get_template(name)

"""The one environment of the HTML templates: whatever is put into them is escaped, and nothing may be missing."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("rag_core.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render(template: str, **values: Any) -> str:
    """`templates/<template>.html.j2` with these values."""
    return _environment().get_template(f"{template}.html.j2").render(values)

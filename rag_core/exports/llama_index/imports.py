"""The import statements at the head of a program."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence


def sorted_imports(statements: Sequence[str]) -> str:
    """One statement per module, in the order of isort: the standard library first."""
    ours = [node for statement in statements for node in ast.parse(statement).body]
    modules = {alias.name: alias.asname for node in ours if isinstance(node, ast.Import) for alias in node.names}
    members: dict[str, set[str]] = defaultdict(set)
    for node in ours:
        if isinstance(node, ast.ImportFrom):
            members[node.module or ""].update(alias.name for alias in node.names)
    plain = {name: f"import {name}" + (f" as {short}" if short else "") for name, short in modules.items()}
    named = {name: f"from {name} import {', '.join(_sorted(names))}" for name, names in members.items()}
    lines = [(name, line) for table in (plain, named) for name, line in sorted(table.items())]
    groups = [[line for name, line in lines if _standard(name) is standard] for standard in (True, False)]
    return "\n\n".join("\n".join(group) for group in groups) + "\n"


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def _standard(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names

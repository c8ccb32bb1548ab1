"""Fragments of a LlamaIndex program, from which `program.py` puts the whole together."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True, eq=False)
class Code:
    """Imports, constants and functions of a program, and lines of its `build_retriever`.

    The lines pass on these names, slot by slot. `text` is given; so are `pages`, `blocks` (lists of dicts as in the
    JSON of `parse`), `embed_model` and `llm`, a LlamaIndex LLM, to a program whose lines use these names. The chunker
    makes `chunks` of `text`. A reference makes `entries` of `chunks`, or `windows` around them, and may make
    `resolve`, see `Setting.resolving`. A query part makes `queries`, a function that returns the list of Query (see
    queries.py) for a question. The search makes `retriever`, which returns the `setting.top_k` best of
    `setting.indexed`. A reranker wraps `retriever` (see reranking.py), and so does a budget.

    `needs` is code that must stand before this one, its lines included; code that several others need is written once.
    `own` names what the code does for which LlamaIndex has nothing; the program lists these names.
    """

    imports: tuple[str, ...] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    functions: str = ""
    lines: str = ""
    needs: tuple[Code, ...] = ()
    own: str = ""

    def all(self) -> Iterator[Code]:
        """The code that this one needs, then this one."""
        for needed in self.needs:
            yield from needed.all()
        yield self


@cache
def pasted(module: ModuleType) -> Code:
    """The source of a module, so that the program cannot drift from it, and that of what it imports of the project."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    after = max(node.end_lineno or 0 for node in imports)
    lines = [line.split("  # type: ignore")[0].split("  # noqa")[0] for line in source.splitlines()[after:]]
    written = [line for line in map(ast.unparse, imports) if "__future__" not in line]
    ours = [line for line in written if line.startswith("from rag_core.")]
    return Code(
        imports=tuple(line for line in written if line not in ours),
        functions="\n".join(lines).strip() + "\n",
        needs=tuple(pasted(import_module(line.split()[1])) for line in ours),
    )

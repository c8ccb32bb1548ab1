"""Fragments of a LlamaIndex program, from which `program.py` puts the whole together."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType


@dataclass(frozen=True, eq=False)
class Code:
    """Imports, constants and functions of a program, and lines of its `build_retriever(text, embed_model)`.

    The lines pass on these names, slot by slot: the chunker makes `chunks` of `text`; a reference makes `entries` of
    `chunks`; the search makes `retriever`, which returns the `setting.top_k` best of `setting.indexed`; reranker and
    budget wrap `retriever`. `needs` is code that must stand before this one, its lines included; code that several
    others need is written once.
    """

    imports: tuple[str, ...] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    functions: str = ""
    lines: str = ""
    needs: tuple[Code, ...] = ()

    def all(self) -> Iterator[Code]:
        """The code that this one needs, then this one."""
        for needed in self.needs:
            yield from needed.all()
        yield self


@dataclass(frozen=True)
class Setting:
    """What the writer of a part's code must know besides the part's own fields.

    `refers`: entries are IndexNodes that refer to chunks; otherwise the chunks themselves are indexed. `tokenize` is
    the code of the function `tokenize(text)`. `sentences` is the code of the function `sentences(text)`.

    `late` is the code that makes `late`, which computes vectors of spans of the text (see late.py); None where each
    text is embedded alone. With it, a chunker's `chunks` know their `start_char_idx` and `end_char_idx` in `text`,
    and a reference calls `late.embed` for the spans of the text that it indexes.
    """

    top_k: str
    entries_searched: int
    refers: bool
    tokenize: Code
    sentences: Code
    late: Code | None = None

    @property
    def indexed(self) -> str:
        """The name of the list that is indexed."""
        return "entries" if self.refers else "chunks"

    @property
    def late_needs(self) -> tuple[Code, ...]:
        """The code that `late` needs; empty with per-chunk pooling."""
        return () if self.late is None else (self.late,)

    def place(self, nodes: str, text: str) -> str:
        """The line that sets the character offsets of the nodes that `splitter` made; empty with per-chunk pooling.

        `text` is the argument for the text that was split, followed by its own offset where that is not 0.
        """
        return "" if self.late is None else f"place({nodes}, splitter, {text})\n"

    def splitter(self, name: str, chunk_tokens: str, overlap_tokens: str) -> Code:
        """The line that makes `splitter`, an object of LlamaIndex's class `name`, and the code that it needs."""
        return Code(
            imports=(f"from llama_index.core.node_parser import {name}",),
            lines=f"splitter = {name}(chunk_size={chunk_tokens}, chunk_overlap={overlap_tokens}, tokenizer=tokenize)\n",
            needs=(self.tokenize,),
        )


def pasted(module: ModuleType) -> Code:
    """The source of a module that imports nothing of the project, so that the program cannot drift from it."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    after = max(node.end_lineno or 0 for node in imports)
    lines = [line.split("  # type: ignore")[0].split("  # noqa")[0] for line in source.splitlines()[after:]]
    written = tuple(line for line in map(ast.unparse, imports) if "__future__" not in line)
    return Code(imports=written, functions="\n".join(lines).strip() + "\n")

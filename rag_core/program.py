"""What a part contributes to the plain LlamaIndex program of a strategy; `exports` puts the program together."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType


@dataclass(frozen=True, eq=False)
class Code:
    """Imports, constants and functions of a program, and lines of its `build_retriever(text, embed_model)`.

    The lines hand on these names, slot by slot: the chunker makes `chunks` of `text`; a reference makes `entries` of
    `chunks`; the search makes `retriever`, which gives the `setting.top_k` best of `setting.indexed`; reranker and
    budget wrap `retriever`. `needs` is code that must stand before this one, once however many need it.
    """

    imports: tuple[str, ...] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    functions: str = ""
    lines: str = ""
    needs: tuple[Code, ...] = ()

    def all(self) -> Iterator[Code]:
        """The code that this one needs, and itself."""
        for needed in self.needs:
            yield from needed.all()
        yield self


@dataclass(frozen=True)
class Setting:
    """What a part's code must know beside its own fields.

    `refers`: entries are IndexNodes that refer to chunks; otherwise the chunks themselves are indexed. `tokenize`
    is the code of the function `tokenize(text)`; `usual_tokens`: the splitters count in it without being told.
    """

    top_k: str
    entries_searched: int
    refers: bool
    tokenize: Code
    usual_tokens: bool
    sentences: Code

    @property
    def indexed(self) -> str:
        """The name of what is indexed."""
        return "entries" if self.refers else "chunks"

    def splitter(self, name: str, chunk_tokens: str, overlap_tokens: str) -> Code:
        """The line that makes `splitter`, one of LlamaIndex's, and what it needs."""
        tokenizer = "" if self.usual_tokens else ", tokenizer=tokenize"
        return Code(
            imports=(f"from llama_index.core.node_parser import {name}",),
            lines=f"splitter = {name}(chunk_size={chunk_tokens}, chunk_overlap={overlap_tokens}{tokenizer})\n",
            needs=() if self.usual_tokens else (self.tokenize,),
        )


def pasted(module: ModuleType) -> Code:
    """A module that imports nothing of the project, as code: what the program does cannot drift from it."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    after = max(node.end_lineno or 0 for node in imports)
    kept = [line.split("  # type: ignore")[0].split("  # noqa")[0] for line in source.splitlines()[after:]]
    written = tuple(line for line in map(ast.unparse, imports) if "__future__" not in line)
    return Code(imports=written, functions="\n".join(kept).strip() + "\n")

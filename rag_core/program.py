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
    budget wrap `retriever`. `needs` is code that must stand before this one, its lines too, once however many need it.
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

    `late` is the code that makes `late`, which has the vectors of the text's stretches (search/late_program.py); None
    where each text is embedded alone. Where it is given, a chunker's `chunks` know their `start_char_idx` and
    `end_char_idx` in `text`, and a reference calls `late.embed` for what it indexes of the text.
    """

    top_k: str
    entries_searched: int
    refers: bool
    tokenize: Code
    usual_tokens: bool
    sentences: Code
    late: Code | None = None

    @property
    def indexed(self) -> str:
        """The name of what is indexed."""
        return "entries" if self.refers else "chunks"

    @property
    def late_needs(self) -> tuple[Code, ...]:
        """What a part needs in order to use `late`; nothing where there is none."""
        return () if self.late is None else (self.late,)

    def place(self, nodes: str, text: str) -> str:
        """The line that tells what `splitter` cut from a text where it stands, as far as anyone must know.

        `text` is the argument for that text, and for where it begins if that is not 0.
        """
        return "" if self.late is None else f"place({nodes}, splitter, {text})\n"

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

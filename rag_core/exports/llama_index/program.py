"""Puts a strategy's program together: plain LlamaIndex to paste into a project, without an import of rag_core."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.minilm import default_model
from rag_core.exports.llama_index.budget import top_k
from rag_core.exports.llama_index.chunker import joins_small
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.imports import packages_of, sorted_imports
from rag_core.exports.llama_index.late import late_code
from rag_core.exports.llama_index.models import model_code
from rag_core.exports.llama_index.places import count_code
from rag_core.exports.llama_index.reference import level_count, orders_entries
from rag_core.exports.llama_index.sentences import sentences_code
from rag_core.exports.llama_index.setting import Resolving, Setting
from rag_core.exports.llama_index.tokenizers import tokenizer_code
from rag_core.exports.llama_index.writers import check_exportable, part_code
from rag_core.parts import SLOTS
from rag_core.parts.reference import Reference
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import DEFAULT_TOKENIZER

_WIDTH = 100

_DOCSTRING = '''\
"""{title}

{install}
    python THIS_FILE TEXT_FILE QUESTION

TEXT_FILE is UTF-8 text. To have the same text as Chunkscope, save the field "text" of what
`python -m rag_core parse DOC{parser} --json` prints. Prints the hits as JSON, best first.
{own}"""
'''

_OWN = "Not plain LlamaIndex, but written out in this file: {}."

_BUILD = '''\
def build_retriever({arguments}):
    """A retriever over one document."""
'''

_MAIN = """\
def main():
    text = Path(sys.argv[1]).read_bytes().decode("utf-8")
{embed_model}\
    with redirect_stdout(sys.stderr):  # LlamaIndex prints warnings about small chunks
        found = build_retriever({arguments}).retrieve(sys.argv[2])
    hits = [{{"text": hit.text, "score": hit.score, "rank": rank}} for rank, hit in enumerate(found, 1)]
    print(json.dumps(hits, indent=2))


if __name__ == "__main__":
    main()
"""
_MAIN_IMPORTS = (
    "import json",
    "import sys",
    "from contextlib import redirect_stdout",
    "from pathlib import Path",
)


def llama_index_program(
    strategy: Strategy,
    tokenizer: str = DEFAULT_TOKENIZER,
    *,
    plain_text: bool = False,
    model: EmbeddingModel | None = None,
) -> str:
    """The program, put together from the code of the strategy's parts and of the embedding model (default: built in).

    `tokenizer` is the one in which the documents' sizes are measured. `plain_text`: the text is that of a .txt or .md
    file, where a line break need not end a sentence as it does in the text of a PDF. The model's `info` must be loaded.
    Raises UserError where the model cannot do what the strategy asks for, and for a part that cannot be exported.
    """
    model = model or default_model()
    strategy = strategy.fitted(model)
    codes = _codes(strategy, tokenizer, plain_text)
    lines = "".join(code.lines for code in codes)
    embeds = "embed_model" in lines
    embed_model = model_code(model) if embeds else Code()
    imports = sorted_imports([*(line for code in (*codes, embed_model) for line in code.imports), *_MAIN_IMPORTS])
    constants = {name: value for code in codes for name, value in code.constants.items()}
    functions = [code.functions for code in codes if code.functions]
    arguments = "text, embed_model" if embeds else "text"
    blocks = [
        "\n".join([_docstring(strategy, imports + "".join(functions), codes), imports, _assignments(constants)]),
        *functions,
        _BUILD.format(arguments=arguments) + textwrap.indent(_returning(lines), "    "),
        _MAIN.format(arguments=arguments, embed_model=textwrap.indent(embed_model.lines, "    ")),
    ]
    return "\n\n".join(blocks)


def _codes(strategy: Strategy, tokenizer: str, plain_text: bool) -> list[Code]:
    """The code of all parts and what it needs, each once, in the order of the program."""
    parts = [strategy.part(slot) for slot in SLOTS]
    for part in parts:
        check_exportable(part)
    setting = _setting(strategy, tokenizer, plain_text)
    return list(dict.fromkeys(code for part in parts for code in part_code(part, setting).all()))


def _setting(strategy: Strategy, tokenizer: str, plain_text: bool) -> Setting:
    pools, resolving = strategy.search.pools, _resolving(strategy.reference)
    tokenize = tokenizer_code(tokenizer)
    by_scores = strategy.search.kind != "dense" or pools.pooling == "mean" or resolving == "spans"
    late = late_code(pools.window_overlap_percent) if pools.pooling != "per_chunk" else None
    sorts = by_scores and orders_entries(strategy.reference)
    return Setting(
        top_k=top_k(strategy.budget, resolving),
        entries_searched=strategy.search.entries,
        resolving=resolving,
        levels=level_count(strategy.reference),
        by_scores=by_scores,
        placed=late is not None or resolving == "spans" or joins_small(strategy.chunker) or sorts,
        pooling=pools.pooling,
        tokenize=tokenize,
        sentences=sentences_code(plain_text),
        count=count_code(tokenize),
        late=late,
    )


def _resolving(reference: Reference) -> Resolving:
    if reference.takes_whole_entries:
        return "spans"
    return "parents" if reference.refers else "chunks"


def _assignments(constants: Mapping[str, object]) -> str:
    return "".join(f"{name} = {_literal(value)}\n" for name, value in constants.items())


def _literal(value: object) -> str:
    """The value in Python, strings in double quotes."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' * (len(value) == 1)})"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _returning(lines: str) -> str:
    before, _, last = lines.rpartition("retriever = ")
    return f"{before}return {last}"


def _docstring(strategy: Strategy, source: str, codes: Sequence[Code]) -> str:
    # A name comes from a file that anyone may have written: nothing of it may end the docstring.
    name = "".join(c for c in strategy.name if c.isprintable() and c not in '"\\')
    title = "\n".join(_wrapped(f"{name.replace('_', ' ')}: {strategy.retrieval()}."))
    kind = strategy.parser.kind
    parser = "" if kind == "default" else f" --parser {kind}"
    own = list(dict.fromkeys(code.own for code in codes if code.own))
    own_lines = "\n" + "\n".join(_wrapped(_OWN.format("; ".join(own)))) + "\n" if own else ""
    install = "\n".join(f"    pip install {line}" for line in _wrapped(" ".join(packages_of(source))))
    return _DOCSTRING.format(title=title, install=install, parser=parser, own=own_lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)

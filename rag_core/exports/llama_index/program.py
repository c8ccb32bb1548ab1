"""Puts a strategy's program together: plain LlamaIndex to paste into a project, without an import of rag_core."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Collection, Mapping, Sequence

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.minilm import default_model
from rag_core.exports.llama_index.budget import top_k
from rag_core.exports.llama_index.chunker import joins_small
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.imports import requirements_of, sorted_imports
from rag_core.exports.llama_index.inputs import inputs_code, read_code, read_words
from rag_core.exports.llama_index.late import late_code
from rag_core.exports.llama_index.places import count_code
from rag_core.exports.llama_index.reference import (
    is_contextual,
    level_count,
    needs_places,
    orders_entries,
    resolves,
)
from rag_core.exports.llama_index.reranking import needs_chunks
from rag_core.exports.llama_index.sentences import sentences_code
from rag_core.exports.llama_index.setting import Resolving, Setting
from rag_core.exports.llama_index.tokenizers import tokenizer_code
from rag_core.exports.llama_index.writers import check_exportable, part_code
from rag_core.parts import SLOTS
from rag_core.parts.reference import Reference
from rag_core.strategy import Strategy
from rag_core.text.tokenizers import DEFAULT_TOKENIZER

_WIDTH, _LONGEST_LINE = 100, 120
# A stretch of a long string, to the end of a word where one ends in it.
_PIECE = re.compile(r".{1,90}(?:(?<=\s)|\Z)|.{1,90}", re.DOTALL)

_DOCSTRING = '''\
"""{title}

    python THIS_FILE DOC QUESTION

{doc}
Prints the hits as JSON, best first.
{llm}
Requirements, as lines of a requirements.txt:

{requirements}
{own}"""
'''
_LLM = (
    "The environment says which language model is asked: LLM_MODEL at LLM_BASE_URL, a server of OpenAI's protocol, "
    "with the key OPENAI_API_KEY."
)
_OWN = "Not plain LlamaIndex, but written out in this file: {}."

_BUILD = '''\
def build_retriever({arguments}):
    """A retriever over one document."""
'''

_MAIN = """\
def main():
    document = read(sys.argv[1])
{inputs}\
    with redirect_stdout(sys.stderr):  # LlamaIndex prints warnings about small chunks
        found = build_retriever({arguments}).retrieve(sys.argv[2])
    hits = [{{"text": hit.text, "score": hit.score, "rank": rank}} for rank, hit in enumerate(found, 1)]
    print(json.dumps(hits, indent=2))


if __name__ == "__main__":
    main()
"""
_MAIN_IMPORTS = ("import json", "import sys", "from contextlib import redirect_stdout")


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
    codes = _codes(strategy, tokenizer, plain_text, model)
    lines = "".join(code.lines for code in codes)
    inputs = inputs_code(lines, model)
    arguments = ", ".join(inputs)
    read = read_code(inputs, strategy.parser)
    every = (*codes, read, *inputs.values())
    imports = sorted_imports([*(line for code in every for line in code.imports), *_MAIN_IMPORTS])
    constants = {name: value for code in codes for name, value in code.constants.items()}
    functions = [code.functions for code in (*codes, read) if code.functions]
    made = textwrap.indent("".join(code.lines for code in inputs.values()), "    ")
    blocks = [
        "\n".join(
            [_docstring(strategy, imports + "".join(functions), codes, inputs), imports, _assignments(constants)]
        ),
        *functions,
        _BUILD.format(arguments=arguments) + textwrap.indent(_returning(lines), "    "),
        _MAIN.format(arguments=arguments, inputs=made),
    ]
    return "\n\n".join(blocks)


def _codes(strategy: Strategy, tokenizer: str, plain_text: bool, model: EmbeddingModel) -> list[Code]:
    """The code of all parts and what it needs, each once, in the order of the program."""
    unused = _unused_slots(strategy)
    parts = [strategy.part(slot) for slot in SLOTS if slot not in unused]
    for part in parts:
        check_exportable(part)
    setting = _setting(strategy, tokenizer, plain_text, model)
    return list(dict.fromkeys(code for part in parts for code in part_code(part, setting).all()))


def _unused_slots(strategy: Strategy) -> set[str]:
    """The slots whose parts change nothing in the hits."""
    unused: set[str] = set()
    if not strategy.reference.uses_chunk_size and not needs_chunks(strategy.rerank):
        unused.add("chunker")
    if not strategy.search.gives_scores:  # it finds the same for every query
        unused.add("query")
    return unused


def _setting(strategy: Strategy, tokenizer: str, plain_text: bool, model: EmbeddingModel) -> Setting:
    pools, resolving = strategy.pools(model), _resolving(strategy.reference)
    transforms, reranks = strategy.query.kind != "none", strategy.rerank.kind != "none"
    tokenize = tokenizer_code(tokenizer)
    vectors_rank = strategy.search.kind == "dense" and pools.pooling != "mean" and resolving != "spans"
    by_scores = transforms or reranks or not vectors_rank
    late = late_code(pools.window_overlap_percent) if pools.pooling != "per_chunk" else None
    sorts = by_scores and orders_entries(strategy.reference)
    needed = needs_places(strategy.reference) or needs_chunks(strategy.rerank)
    knows_places = resolving in ("spans", "own") or needed or sorts or not strategy.search.gives_scores
    return Setting(
        budget_top_k=top_k(strategy.budget, resolving),
        entries_searched=strategy.search.entries,
        resolving=resolving,
        whole=strategy.reference.takes_whole_entries,
        each=strategy.budget.kind == "hits" and not strategy.reference.merges,
        levels=level_count(strategy.reference),
        contextual=is_contextual(strategy.reference),
        transforms=transforms,
        reranks=reranks,
        unscored=not strategy.search.gives_scores and not reranks,
        has_vectors=strategy.search.embeds_entries,
        ranks_by_cosine=strategy.search.kind == "dense",
        by_scores=by_scores,
        placed=late is not None or knows_places or joins_small(strategy.chunker),
        pooling=pools.pooling,
        tokenize=tokenize,
        sentences=sentences_code(plain_text),
        count=count_code(tokenize),
        late=late,
    )


def _resolving(reference: Reference) -> Resolving:
    if resolves(reference):
        return "own"
    if reference.takes_whole_entries:
        return "spans"
    return "parents" if reference.refers else "chunks"


def _assignments(constants: Mapping[str, object]) -> str:
    return "".join(_assignment(name, _literal(value), value) for name, value in constants.items())


def _assignment(name: str, literal: str, value: object) -> str:
    """A line, or one for each part of a string that is too long for one."""
    line = f"{name} = {literal}\n"
    if len(line) <= _LONGEST_LINE + len("\n") or not isinstance(value, str):
        return line
    pieces = [piece for part in value.splitlines(keepends=True) for piece in _PIECE.findall(part)]
    return "\n".join([f"{name} = (", *(f"    {_literal(piece)}" for piece in pieces), ")\n"])


def _literal(value: object) -> str:
    """The value in Python, strings in double quotes."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_literal, value))}{',' * (len(value) == 1)})"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _returning(lines: str) -> str:
    before, _, last = lines.rpartition("retriever = ")
    return f"{before}return {last}"


def _docstring(strategy: Strategy, source: str, codes: Sequence[Code], inputs: Collection[str]) -> str:
    # A name comes from a file that anyone may have written: nothing of it may end the docstring.
    name = "".join(c for c in strategy.name if c.isprintable() and c not in '"\\')
    own = list(dict.fromkeys(code.own for code in codes if code.own))
    return _DOCSTRING.format(
        title=_wrapped(f"{name.replace('_', ' ')}: {strategy.retrieval()}."),
        doc=_wrapped(read_words(inputs, strategy.parser)),
        llm=f"\n{_wrapped(_LLM)}\n" if "llm" in inputs else "",
        requirements="\n".join(f"    {line}" for line in requirements_of(source)),
        own=f"\n{_wrapped(_OWN.format('; '.join(own)))}\n" if own else "",
    )


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False))

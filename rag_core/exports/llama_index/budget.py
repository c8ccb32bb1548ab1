"""Code that takes hits from `retriever`'s ranking, and the number of entries that it must retrieve for that."""

from __future__ import annotations

from functools import singledispatch

from rag_core.exports.llama_index.code import Code, Setting
from rag_core.exports.llama_index.retrievers import CHUNK_OF_EACH_HIT, FIRST_HITS, FIRST_TOKENS, PARENTS
from rag_core.exports.llama_index.writers import part_code, part_not_exportable
from rag_core.parts.budget import Budget
from rag_core.parts.budget.distinct_parents import DistinctParents
from rag_core.parts.budget.hits import Hits
from rag_core.parts.budget.tokens import ContextTokens


@singledispatch
def top_k(budget: Budget, refers: bool) -> str:
    """The expression for how many entries the program must retrieve; `refers` as in Setting."""
    raise part_not_exportable(budget)


@top_k.register
def _(budget: Hits, refers: bool) -> str:
    return "HITS"


@part_code.register
def _(part: Hits, setting: Setting) -> Code:
    constants = {"HITS": part.hits}
    if not setting.refers:
        return Code(constants=constants)
    return Code(
        imports=(
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import NodeWithScore, TextNode",
        ),
        constants=constants,
        functions=CHUNK_OF_EACH_HIT,
        lines="retriever = ChunkOfEachHit(retriever, chunks)\n",
    )


@top_k.register
def _(budget: DistinctParents, refers: bool) -> str:
    if budget.hits is None:
        return "ENTRIES_SEARCHED"
    return "len(entries)" if refers else "HITS"


@part_code.register
def _(part: DistinctParents, setting: Setting) -> Code:
    constants = {"HITS": part.hits} if part.hits else {"ENTRIES_SEARCHED": setting.entries_searched}
    if not setting.refers:
        return Code(constants=constants)
    if part.hits is None:
        return Code(constants=constants, imports=PARENTS.imports, lines=PARENTS.lines)
    return Code(
        imports=(*PARENTS.imports, "from llama_index.core.retrievers import BaseRetriever"),
        constants=constants,
        functions=FIRST_HITS,
        lines=PARENTS.lines + "retriever = FirstHits(retriever)\n",
    )


@top_k.register
def _(budget: ContextTokens, refers: bool) -> str:
    return "len(entries)" if refers else "len(chunks)"


@part_code.register
def _(part: ContextTokens, setting: Setting) -> Code:
    parents = PARENTS if setting.refers else Code()
    return Code(
        imports=(
            "import re",
            "from bisect import bisect_right",
            "from llama_index.core.retrievers import BaseRetriever",
            "from llama_index.core.schema import NodeWithScore, TextNode",
            *parents.imports,
        ),
        constants={"CONTEXT_TOKENS": part.tokens},
        functions=FIRST_TOKENS,
        lines=parents.lines + "retriever = FirstTokens(retriever)\n",
        needs=(setting.tokenize, setting.sentences),
    )

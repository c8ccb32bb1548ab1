"""Code that takes hits from `retriever`'s ranking, and the number of nodes that it must retrieve for that."""

from __future__ import annotations

from functools import singledispatch

from rag_core.exports.llama_index import retrievers as own
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.resolving import RESOLVED, parents_code, resolve_code
from rag_core.exports.llama_index.setting import Resolving, Setting
from rag_core.exports.llama_index.writers import part_code, part_not_exportable
from rag_core.parts.budget import Budget
from rag_core.parts.budget.all import All
from rag_core.parts.budget.distinct_parents import DistinctParents
from rag_core.parts.budget.hits import Hits
from rag_core.parts.budget.score_share import ScoreShare
from rag_core.parts.budget.tokens import ContextTokens

_ALL = {"chunks": "len(chunks)", "parents": "len(entries)", "spans": "len(chunks)", "own": "len(entries)"}


@singledispatch
def top_k(budget: Budget, resolving: Resolving) -> str:
    """The expression for how many nodes the program must retrieve; `resolving` as in Setting."""
    raise part_not_exportable(budget)


@top_k.register
def _(budget: Hits, resolving: Resolving) -> str:
    return "HITS"


@part_code.register
def _(part: Hits, setting: Setting) -> Code:
    resolved = own.EACH_RESOLVED if setting.each else RESOLVED
    wraps = {"parents": (own.CHUNK_OF_EACH_HIT,), "own": (resolved,)}.get(setting.resolving, ())
    return Code(
        constants={"HITS": part.hits}, needs=(*_lowest(part, setting), *_first(own.FIRST_HITS, setting), *wraps)
    )


@top_k.register
def _(budget: DistinctParents, resolving: Resolving) -> str:
    if budget.hits is None:
        return "ENTRIES_SEARCHED"
    return "HITS" if resolving == "chunks" else _ALL[resolving]


@part_code.register
def _(part: DistinctParents, setting: Setting) -> Code:
    if part.hits is None:
        return Code(
            constants={"ENTRIES_SEARCHED": setting.entries_searched},
            needs=(*_lowest(part, setting), *_first(own.FIRST_ENTRIES, setting), *_resolved(setting)),
        )
    spans = (resolve_code(setting), own.FIRST_SPANS)
    wraps: dict[Resolving, tuple[Code, ...]] = {
        "chunks": _first(own.FIRST_HITS, setting),
        "parents": (parents_code(setting), own.FIRST_HITS),
        "spans": spans,
        "own": spans,
    }
    return Code(constants={"HITS": part.hits}, needs=(*_lowest(part, setting), *wraps[setting.resolving]))


@top_k.register
def _(budget: ContextTokens, resolving: Resolving) -> str:
    return _ALL[resolving]


@part_code.register
def _(part: ContextTokens, setting: Setting) -> Code:
    wraps: dict[Resolving, tuple[Code, ...]] = {
        "chunks": (),
        "parents": (parents_code(setting),),
        "spans": (resolve_code(setting), own.SPANS_THAT_FIT),
        "own": (own.SPANS_THAT_FIT if setting.whole else own.UNTIL_FULL,),
    }
    return Code(
        constants={"CONTEXT_TOKENS": part.tokens},
        needs=(
            setting.tokenize,
            setting.sentences,
            *_lowest(part, setting),
            *wraps[setting.resolving],
            own.FIRST_TOKENS,
        ),
    )


@top_k.register
def _(budget: ScoreShare, resolving: Resolving) -> str:
    return _ALL[resolving]


@part_code.register
def _(part: ScoreShare, setting: Setting) -> Code:
    lowest = _lowest(part, setting) or _first(own.FIRST_RERANKED, setting)
    return Code(
        constants={"SCORE_SHARE": part.score_share, "MIN_TOKENS": part.min_tokens, "MAX_TOKENS": part.max_tokens},
        needs=(setting.tokenize, *lowest, resolve_code(setting), own.score_share_code(setting.unscored)),
    )


@top_k.register
def _(budget: All, resolving: Resolving) -> str:
    return _ALL[resolving]


@part_code.register
def _(part: All, setting: Setting) -> Code:
    return Code(needs=(*_lowest(part, setting), *_resolved(setting)))


def _resolved(setting: Setting) -> tuple[Code, ...]:
    """The code that hands on what all hits together are resolved to."""
    wraps: dict[Resolving, tuple[Code, ...]] = {"chunks": (), "parents": (parents_code(setting),)}
    return wraps.get(setting.resolving, (resolve_code(setting), RESOLVED))


def _first(code: Code, setting: Setting) -> tuple[Code, ...]:
    """The code where entries are reranked: else the search retrieves no more than that."""
    return (code,) if setting.reranks else ()


def _lowest(part: Budget, setting: Setting) -> tuple[Code, ...]:
    """The code that drops entries below the budget's lowest score, if it has one."""
    if part.min_score is None or setting.unscored:
        return ()
    return (Code(constants={"MIN_SCORE": part.min_score}), *_first(own.FIRST_RERANKED, setting), own.AT_LEAST)

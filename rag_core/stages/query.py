"""Queries: the input of a search."""

from __future__ import annotations

from typing import Literal, NamedTuple

QueryRole = Literal["query", "passage"]
QueryUse = Literal["dense", "bm25", "both"]


class Query(NamedTuple):
    """A text to search for.

    A search adds the scores of its queries, weighted by `weight`. `role` says whether the text is embedded as a query,
    or as a passage, as a hypothetical answer (HyDE) is. `use` names the kinds of search that the query is for. The
    vectors of `averaged` queries are averaged by weight into that of one query, whose weight is the sum of theirs.
    """

    text: str
    weight: float = 1.0
    role: QueryRole = "query"
    use: QueryUse = "both"
    averaged: bool = False

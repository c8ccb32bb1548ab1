"""What is asked of a search."""

from __future__ import annotations

from typing import Literal, NamedTuple

QueryRole = Literal["query", "passage"]
QueryUse = Literal["dense", "bm25", "both"]


class Query(NamedTuple):
    """A text to search for.

    A search adds the scores of its queries by `weight`. `role` says whether the text is embedded like a question or
    like a passage, as a hypothetical answer is. `use` names the searches that it is for.
    """

    text: str
    weight: float = 1.0
    role: QueryRole = "query"
    use: QueryUse = "both"

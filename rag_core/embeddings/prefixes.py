"""The prefixes that models require before questions and passages, where their own files do not state them.

From the model cards on the Hugging Face hub; a model's own `prompts` take precedence over this table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Prefixes(NamedTuple):
    """Texts put before every question and before every passage."""

    query: str = ""
    passage: str = ""


_SEARCHING = "Represent this sentence for searching relevant passages: "
# By the end of the name, so that a local folder named like the model matches too; the first match counts.
_FAMILIES = (
    (
        re.compile(r"e5.*-instruct$"),
        Prefixes("Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "),
    ),
    (re.compile(r"(^|[-/])e5-(small|base|large)(-v2|-unsupervised)?$"), Prefixes("query: ", "passage: ")),
    (re.compile(r"(^|/)bge-(small|base|large)-en(-v1\.5)?$"), Prefixes(_SEARCHING)),
    (re.compile(r"(^|/)bge-(small|base|large)-zh(-v1\.5)?$"), Prefixes("为这个句子生成表示以用于检索相关文章：")),  # noqa: RUF001
    (re.compile(r"(^|/)nomic-embed-text-v[\d.]+$"), Prefixes("search_query: ", "search_document: ")),
    (
        re.compile(r"(^|/)(mxbai-embed-(large|xsmall)-v1|snowflake-arctic-embed-(xs|s|m|m-long|l))$"),
        Prefixes(_SEARCHING),
    ),
)


def known_prefixes(name: str) -> Prefixes:
    """The prefixes of a model by its name or its folder's; empty if none are known."""
    normalized = name.rstrip("/\\").replace("\\", "/").lower()
    return next((prefixes for pattern, prefixes in _FAMILIES if pattern.search(normalized)), Prefixes())


def saved_prefixes(prompts: Mapping[str, str | None]) -> Prefixes:
    """The prefixes in a sentence-transformers model's own `prompts`, where passages have one of three names."""
    passage = next((saved for name in ("document", "passage", "corpus") if (saved := prompts.get(name))), "")
    return Prefixes(prompts.get("query") or "", passage)

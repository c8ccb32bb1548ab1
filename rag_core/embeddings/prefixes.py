"""What models want put before questions and passages, where their own files do not say it.

Taken from the models' cards on the Hugging Face hub; a model's own `prompts` go before this table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Prefixes(NamedTuple):
    """Put before every question and before every passage."""

    query: str = ""
    passage: str = ""


_SEARCHING = "Represent this sentence for searching relevant passages: "
# By the name's end, so that a local folder named like the model is known too; the first that fits.
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
    """By the model's name or its folder's; empty where nothing is known to be needed."""
    wanted = name.rstrip("/\\").replace("\\", "/").lower()
    return next((prefixes for pattern, prefixes in _FAMILIES if pattern.search(wanted)), Prefixes())


def saved_prefixes(prompts: Mapping[str, str | None]) -> Prefixes:
    """Of a sentence-transformers model's own `prompts`; it calls passages by one of three names."""
    passage = next((saved for name in ("document", "passage", "corpus") if (saved := prompts.get(name))), "")
    return Prefixes(prompts.get("query") or "", passage)

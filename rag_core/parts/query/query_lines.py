"""Reads the search queries in a language model's reply, one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

_NUMBER = re.compile(
    r"[\s*_>\"'“]*(?:\(?\d{1,3}[.):](?=\s|\D)|(?:q|query|question)\s*\d{1,3}\s*[.:)])[\s*_]*", re.IGNORECASE
)
_BULLET = re.compile(r"\s*[-*•+\u2013](?=\s)")
_MARKUP = " \t\r*_`\"'“”„«»,"
_FENCE = re.compile(r"\s*(?:```|~~~)")


def query_lines(reply: str, max_queries: int) -> list[str]:
    """The first distinct queries in the reply, without numbers, bullets, quotation marks, code fences and preambles.

    If lines are numbered, the others are no queries, nor those without a bullet if some have one. Otherwise a first
    line that ends in a colon is a preamble.
    """
    lines = [line for line in reply.splitlines() if line.strip(_MARKUP) and not _FENCE.match(line)]
    for start in (_NUMBER, _BULLET):
        marked = [line for line in lines if start.match(line)]
        if marked:
            lines = [start.sub("", line, count=1) for line in marked]
            break
    else:
        lines = _listed(lines) or [line for i, line in enumerate(lines) if i or not line.rstrip(_MARKUP).endswith(":")]
    distinct: dict[str, str] = {}
    for line in lines:
        query = " ".join(line.strip(_MARKUP).split())
        if any(map(str.isalnum, query)):
            distinct.setdefault(query.casefold(), query)
    return list(distinct.values())[:max_queries]


def _listed(lines: Sequence[str]) -> list[str]:
    """The texts of a JSON list; empty where the lines are none."""
    try:
        found = json.loads("\n".join(lines))
    except ValueError:
        return []
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []

"""Reads the relevances of documents in a language model's reply."""

from __future__ import annotations

import re

MAX_RELEVANCE = 10
# "Doc: 9, Relevance: 7", also "1. **Document 9**, relevance score: 7.5/10".
_CHOICE = re.compile(
    r"\bdoc(?:ument)?\b[^\d\n]{0,12}(\d{1,6})\b[^\d\n]{0,30}?\brelevance\b[^\d\n-]{0,14}(-?\d{1,9}(?:\.\d{1,9})?)",
    re.IGNORECASE,
)


def relevances_in(reply: str, documents: int) -> tuple[list[float], list[str]]:
    """The relevance of each document, from 0 to 10, and what of the reply could not be taken as it is.

    Documents that the reply does not name are not relevant: 0, as the prompt asks to leave them out. Of a document
    that is named twice, the first relevance counts.
    """
    found: dict[int, float] = {}
    problems: list[str] = []
    for number, relevance in ((int(a), float(b)) for a, b in _CHOICE.findall(reply)):
        if not 1 <= number <= documents:
            problems.append(f"document {number} is none of the {documents}, and was ignored")
        elif number in found:
            problems.append(f"document {number} is named again, and its first relevance counts")
        else:
            found[number] = min(max(relevance, 0.0), MAX_RELEVANCE)
            if found[number] != relevance:
                problems.append(f"the relevance {relevance:g} of document {number} counts as {found[number]:g}")
    if not found:
        problems.append(f"no document is named as asked for, so that the relevance of all {documents} is 0")
    return [found.get(number, 0.0) for number in range(1, documents + 1)], list(dict.fromkeys(problems))

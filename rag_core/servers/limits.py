"""Limits that a server states in the message of an error: of texts in one request, of tokens in a request or a text."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["texts", "request tokens", "text tokens"]
# A number that is not part of a name, such as text-embedding-3-small.
_NUMBER = r"(?<![\w.\-/])\d+(?:[,_]\d{3})*(?![\w/-]|\.\d)"
_MANY = re.compile(
    r"\b(batch(es)?|inputs|input array|items|texts|array|list|documents|elements|requests|sequences|prompts|strings)\b",
    re.IGNORECASE,
)
_EXCESS = re.compile(
    r"\btoo (many|large|long|big|much)|\bmax(imum|_\w+)?\b|\bat most\b|\bexceed|\blimit|\bup to\b|\bonly \d|>"
    r"|\b(larger|more|greater|longer|fewer|less) than|\breduce (the|your)\b|\brange of\b|\bshould be \[",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\btokens?\b|\bcharacters\b|\bcontext (length|size|window)|\binput length|\bsequence length", re.IGNORECASE
)
# llama.cpp's batch is one of tokens: a single text must fit into it.
_ONE_TEXT = re.compile(r"too large to process|physical batch size", re.IGNORECASE)
_ONE_AT_A_TIME = re.compile(
    r"\b(one|1|single) (input|text|string|item|document|prompt)\b|\bbatch(ing|es)?\b.*\b(not supported|unsupported)"
    r"|\bmultiple (inputs|texts|strings|prompts)\b.*\bnot\b",
    re.IGNORECASE,
)
_IN_ALL = re.compile(
    r"per (request|batch|call)|\b(in|of|for) ((the|a|your|this|one|each|single) )?(\w+ )?(batch|request)\b"
    r"|your (batch|request) has|total (number of )?tokens|total_tokens|batch_tokens|tokens_per_request"
    r"|submitted batch|max_batch",
    re.IGNORECASE,
)
_BEFORE_MAXIMUM = re.compile(
    r"(?:max\w*|at most|limit\w*|(?:larger|more|greater|less|fewer) than|up to|exceeds?|only|allowed)\b"
    rf"[^\d.]{{0,80}}?({_NUMBER})",
    re.IGNORECASE,
)
_SMALLEST_LIMIT = 8  # of tokens: a smaller number is something else


class Limit(NamedTuple):
    """A limit that a request exceeded: its number where the server gave it, and what the request had, as it counted."""

    kind: Kind
    maximum: int | None = None
    requested: int | None = None


def limit_in(message: str, texts: int) -> Limit | None:
    """The limit that a request with this many texts exceeded, by the server's message; None if it is about none."""
    if texts > 1 and _ONE_AT_A_TIME.search(message) and not _LENGTH.search(message):
        return Limit("texts", 1, texts)
    if not (_EXCESS.search(message) or _ONE_TEXT.search(message)):
        return None
    if _LENGTH.search(message) or _ONE_TEXT.search(message):
        in_all = texts > 1 and _IN_ALL.search(message) and not _ONE_TEXT.search(message)
        return Limit("request tokens" if in_all else "text tokens", *_tokens(message))
    if texts > 1 and _MANY.search(message):
        return Limit("texts", _maximum_of_texts(message, texts), texts)
    return None


def _tokens(message: str) -> tuple[int | None, int | None]:
    """The limit and what was requested: the smaller and the larger number, in whatever words."""
    numbers = [number for number in _numbers(message) if number >= _SMALLEST_LIMIT]
    if not numbers:
        return None, None
    least, most = min(numbers), max(numbers)
    return least, (most if most > least else None)


def _maximum_of_texts(message: str, texts: int) -> int | None:
    stated = [_as_number(found) for found in _BEFORE_MAXIMUM.findall(message)]
    fitting = [number for number in (*stated, *_numbers(message)) if 0 < number < texts]
    return fitting[0] if fitting else None


def _numbers(message: str) -> list[int]:
    return [_as_number(found) for found in re.findall(_NUMBER, message)]


def _as_number(text: str) -> int:
    return int(re.sub("[,_]", "", text))

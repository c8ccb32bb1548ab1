"""Splits a language model's answer into the questions that it was asked for."""

from __future__ import annotations

import re

# "1. ", "(2) ", "3: ", "Q4: ", "**Question 5:** ", "- ", and any sequence of them.
_NUMBER = r"\(?\d{1,3}[.):](?=\s|\D)|(?:q|question)\s*\d{0,3}\s*[.:)]"
_BULLET = r"[-*•+\u2013](?=\s)"
_START = re.compile(rf"[\s*_#>\"'“]*(?:(?P<number>{_NUMBER})|(?P<bullet>{_BULLET}))", re.IGNORECASE)
_TWO_ON_A_LINE = re.compile(r"(?<=\?)\s+(?=\(?\d{1,3}[.)]\s)")
_ANSWER = re.compile(r"[\s*_]*(?:a|answer)\s*\d{0,3}\s*:", re.IGNORECASE)
_MARKUP = ' \t*_#>`"“”'
_ENDS = ("?", "\uff1f", "\u061f")  # also the Chinese and Arabic marks


def questions_of(written: str) -> list[str]:
    """The distinct questions in order, without numbers, bullets, preambles and answers."""
    lines = [line for line in _TWO_ON_A_LINE.sub("\n", written).splitlines() if line.strip(_MARKUP)]
    lines = [line for line in lines if not _ANSWER.match(line)]
    for is_question in (_asks_or_is_numbered, _is_bullet, _is_no_preamble):
        found = [text for line in lines if is_question(line) and (text := _bare(line).strip())]
        if found:
            return list(dict.fromkeys(found))
    return []


def _asks_or_is_numbered(line: str) -> bool:
    start = _START.match(line)
    return line.rstrip(_MARKUP).endswith(_ENDS) or bool(start and start["number"])


def _is_bullet(line: str) -> bool:
    return bool(_START.match(line))


def _is_no_preamble(line: str) -> bool:
    return not line.rstrip(_MARKUP).endswith(":")


def _bare(line: str) -> str:
    while start := _START.match(line):
        line = line[start.end() :]
    return line.strip(_MARKUP)

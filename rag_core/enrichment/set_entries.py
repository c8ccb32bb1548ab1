"""The entries of a set's JSON file, validated: it may come from anywhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from rag_core.enrichment.context import Context
from rag_core.enrichment.metadata import Questions, Summary
from rag_core.enrichment.records import MAX_CHARACTERS
from rag_core.errors import UserError

KEYS: dict[str, str] = {text.kind: text.field for text in (Summary, Questions, Context)}
_PLACE = ("document", "start", "end")
_EXAMPLE = '{"node-0": {"section_summary": "...", "questions_this_excerpt_can_answer": "..."}, ...}'
_MAX_BYTES = 50 * 10**6
_MAX_SHOWN = 40
_LAST_NUMBER = re.compile(r"\d{1,9}$")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Place(NamedTuple):
    """A chunk's document and its span in characters."""

    document: str
    start: int
    end: int


class SetEntry(NamedTuple):
    """The file's texts of one chunk, and its place, which files of LlamaIndex's notebook lack."""

    texts: dict[str, str]
    place: Place | None


def read_entries(data: str | bytes) -> list[SetEntry]:
    """The file's entries in the order of their nodes' numbers; raises UserError where the file is malformed."""
    nodes = _json(_text(data))
    if not isinstance(nodes, dict) or not nodes:
        raise UserError(f"The set contains no summaries or questions: it must be a JSON object like {_EXAMPLE}.")
    entries = [
        _entry(values, f"Entry {n:,} of {len(nodes):,} of the set ({_shown(node)})")
        for n, (node, values) in enumerate(_in_order(nodes), 1)
    ]
    placed = sum(entry.place is not None for entry in entries)
    if 0 < placed < len(entries):
        raise UserError(f"Of the set's {len(entries):,} entries, only {placed:,} have a place (document, start, end).")
    return entries


def _text(data: str | bytes) -> str:
    if len(data) > _MAX_BYTES:
        raise UserError(f"The set has {len(data) / 1e6:,.1f} MB; the limit is {_MAX_BYTES / 1e6:.0f} MB.")
    try:
        return data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UserError(f"The set is not UTF-8 text: byte {error.start:,} is invalid.") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise UserError(f"The set is not JSON: {error}.") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise UserError(f"The set contains {_shown(twice)} more than once.")
    return values


def _in_order(nodes: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """The nodes by the numbers at the ends of their ids, if any: other programs sort "node-10" before "node-2"."""
    numbers = {node: int(found[0]) for node in nodes if (found := _LAST_NUMBER.search(node))}
    if len(set(numbers.values())) < len(nodes):
        return nodes.items()
    return sorted(nodes.items(), key=lambda item: numbers[item[0]])


def _entry(values: Any, where: str) -> SetEntry:
    if not isinstance(values, dict):
        raise UserError(f"{where} is not an object like {_EXAMPLE}.")
    known = (*KEYS.values(), *_PLACE)
    unknown = [key for key in values if key not in known]
    if unknown:
        raise UserError(f"{where} has the field {_shown(unknown[0])}. Valid: {', '.join(known)}.")
    texts = {what: _checked(values[key], key, where) for what, key in KEYS.items() if key in values}
    return SetEntry(texts, _place(values, where))


def _checked(text: Any, key: str, where: str) -> str:
    if not isinstance(text, str):
        raise UserError(f"{where} has the {key} {_shown(text)}, which is not a text.")
    if len(text) > MAX_CHARACTERS:
        raise UserError(f"{where} has a {key} of {len(text):,} characters; the limit is {MAX_CHARACTERS:,}.")
    if half := _LONE_SURROGATE.search(text):
        raise UserError(f"{where} has a {key} that is not Unicode text: a lone surrogate is at {half.start():,}.")
    return text


def _place(values: Mapping[str, Any], where: str) -> Place | None:
    given = [values[name] for name in _PLACE if name in values]
    if not given:
        return None
    # A bool is an int in Python, but an offset of true is invalid all the same.
    if [type(value) for value in given] == [str, int, int] and 0 <= given[1] < given[2]:
        return Place(*given)
    raise UserError(f"{where} has an invalid place: document must be an id, and 0 <= start < end.")


def _shown(value: Any) -> str:
    written = ascii(value)
    return written if len(written) <= _MAX_SHOWN else f"{written[:_MAX_SHOWN]}..."

"""The entries of a set's JSON file, each checked: anybody may have written it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from rag_core.enrichment.prompts import What
from rag_core.enrichment.records import MAX_CHARACTERS
from rag_core.errors import UserError

KEYS: dict[What, str] = {"summary": "section_summary", "questions": "questions_this_excerpt_can_answer"}
_PLACE = ("document", "start", "end")
_LIKE = '{"node-0": {"section_summary": "...", "questions_this_excerpt_can_answer": "..."}, ...}'
_MAX_BYTES = 50 * 10**6
_LONGEST_SHOWN = 40
_LAST_NUMBER = re.compile(r"\d{1,9}$")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class Place(NamedTuple):
    """Where a chunk stands: the document's id, and the characters."""

    document: str
    start: int
    end: int


class SetEntry(NamedTuple):
    """What the file says of one chunk; no place in a file of LlamaIndex's notebook."""

    texts: dict[What, str]
    place: Place | None


def read_entries(data: str | bytes) -> list[SetEntry]:
    """The file's entries by the numbers of their nodes; raises UserError where it is no such file."""
    nodes = _json(_text(data))
    if not isinstance(nodes, dict) or not nodes:
        raise UserError(f"The set holds no summaries or questions: it must be a JSON object like {_LIKE}.")
    entries = [
        _entry(values, f"Entry {n:,} of {len(nodes):,} of the set ({_shown(node)})")
        for n, (node, values) in enumerate(_in_order(nodes), 1)
    ]
    placed = sum(entry.place is not None for entry in entries)
    if 0 < placed < len(entries):
        raise UserError(f"Of the set's {len(entries):,} entries, only {placed:,} say where their chunks stand.")
    return entries


def _text(data: str | bytes) -> str:
    if len(data) > _MAX_BYTES:
        raise UserError(f"The set has {len(data) / 1e6:,.1f} MB; at most {_MAX_BYTES / 1e6:.0f} MB are read.")
    try:
        return data.decode("utf-8-sig") if isinstance(data, bytes) else data.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UserError(f"The set is not UTF-8 text: byte {error.start:,} does not fit.") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise UserError(f"The set is not JSON: {error}.") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise UserError(f"The set holds {_shown(twice)} more than once.")
    return values


def _in_order(nodes: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """By the numbers at the ends of the ids, if they have any: other programs sort "node-10" before "node-2"."""
    numbers = {node: int(found[0]) for node in nodes if (found := _LAST_NUMBER.search(node))}
    if len(set(numbers.values())) < len(nodes):
        return nodes.items()
    return sorted(nodes.items(), key=lambda item: numbers[item[0]])


def _entry(values: Any, where: str) -> SetEntry:
    if not isinstance(values, dict):
        raise UserError(f"{where} is not an object like {_LIKE}.")
    known = (*KEYS.values(), *_PLACE)
    unknown = [key for key in values if key not in known]
    if unknown:
        raise UserError(f"{where} has the field {_shown(unknown[0])}. Valid: {', '.join(known)}.")
    texts = {what: _checked(values[key], key, where) for what, key in KEYS.items() if key in values}
    return SetEntry(texts, _place(values, where))


def _checked(text: Any, key: str, where: str) -> str:
    if not isinstance(text, str):
        raise UserError(f"{where} has the {key} {_shown(text)}, which is no text.")
    if len(text) > MAX_CHARACTERS:
        raise UserError(f"{where} has a {key} of {len(text):,} characters; at most {MAX_CHARACTERS:,} are taken.")
    if half := _HALF_CHARACTER.search(text):
        raise UserError(f"{where} has a {key} that is not Unicode text: half a character stands at {half.start():,}.")
    return text


def _place(values: Mapping[str, Any], where: str) -> Place | None:
    given = [values[name] for name in _PLACE if name in values]
    if not given:
        return None
    # A bool is an int to Python; a file that says true for an offset is wrong all the same.
    if [type(value) for value in given] == [str, int, int] and 0 <= given[1] < given[2]:
        return Place(*given)
    raise UserError(f"{where} does not say where its chunk stands: document is an id, and 0 <= start < end.")


def _shown(value: Any) -> str:
    written = ascii(value)
    return written if len(written) <= _LONGEST_SHOWN else f"{written[:_LONGEST_SHOWN]}..."

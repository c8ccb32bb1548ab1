"""SPECs, the text form of strategies on the command line and in links, and their JSON form."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from rag_core.documents.files import read_file
from rag_core.errors import UserError
from rag_core.part import slots
from rag_core.parts import SLOTS, kinds
from rag_core.strategy.presets import PRESETS, preset_names
from rag_core.strategy.strategy import Strategy
from rag_core.text.printable import printable
from rag_core.text.strict_json import parse_json

# A value, or an item of a list, may be a JSON string; separators inside it are part of the string.
_STRING = r'(?:^|(?<=[=+]))\s*"(?:[^"\\]|\\.)*"'
_OVERRIDES = re.compile(rf"(?:{_STRING}|[^,])+", re.DOTALL)
_ITEM = re.compile(rf"(?:{_STRING}|[^+])+", re.DOTALL)
_MAX_FILE_MB = 1.0  # a strategy has some hundred bytes, and prompts
_NEEDS_QUOTES = re.compile(r'[,+="\r\n]|^\s|\s$')


def preset(spec: str, *, parser: str | None = None) -> Strategy:
    """The strategy that a SPEC describes.

    A SPEC is the name of a preset, with optional overrides (`baseline:chunker.chunk_tokens=512,budget.hits=5`), or
    `@file.json`, a file with a strategy as printed by `--json`. A different kind replaces the whole part. The kind can
    be left out if only one other kind has the field: `budget.tokens=2000` selects the budget `tokens`. Lists are
    written with `+`, as in `128+256`. Texts that contain `,`, `+`, `=`, quotes or line breaks are written as JSON
    strings, as in `answer.prompt="Answer, please: {query_str}\\n{context_str}"`.

    `parser` is the kind of parser to use if the SPEC does not name one. Raises UserError with the valid names, fields
    or bounds if the SPEC is invalid.
    """
    defaults = {"parser": {"kind": parser}} if parser else {}
    if spec.startswith("@"):
        return strategy_from_json({**defaults, **_read_file(spec[1:])})
    name, _, overrides = spec.partition(":")
    if name not in PRESETS:
        raise UserError(f"There is no strategy {name!r}. Valid: {', '.join(preset_names())}, or @file.json.")
    named = {**defaults, **PRESETS.get(name).values}
    values = {slot.name: dict(named.get(slot.name, slot.default)) for slot in slots()}
    for slot, changes in _grouped(overrides).items():
        kind = _kind(slot, values[slot]["kind"], changes)
        unchanged = values[slot] if kind == values[slot]["kind"] else {}
        values[slot] = {**unchanged, "kind": kind, **changes}
    return Strategy(name=name, **values)  # type: ignore[arg-type]  # the validator builds the parts


def _kind(slot: str, current: str, changes: Mapping[str, Any]) -> Any:
    """The kind in the overrides; without one, the first kind that has all their fields, preferably the current one."""
    if "kind" in changes:
        return changes["kind"]
    choices = kinds(slot)
    fitting = [kind for kind, part in choices.items() if all(name in part.model_fields for name in changes)]
    return current if current in fitting or not fitting else fitting[0]


def strategy_from_json(values: Mapping[str, Any]) -> Strategy:
    """The strategy in parsed JSON; raises UserError if the JSON is not a valid strategy."""
    unknown = [key for key in values if key not in Strategy.model_fields]
    missing = [key for key, field in Strategy.model_fields.items() if field.is_required() and key not in values]
    if unknown or missing:
        problem = f"{unknown[0]!r} is unknown" if unknown else f"{missing[0]!r} is missing"
        raise UserError(f"This is not a strategy: {problem}. It has {', '.join(Strategy.model_fields)}.")
    wrong = [slot for slot in SLOTS if slot in values and not isinstance(values[slot], Mapping)]
    if wrong or not isinstance(values["name"], str):
        raise UserError(f"This is not a strategy: {wrong[0] if wrong else 'name'} has the wrong type.")
    return Strategy(**values)


def spec_of(strategy: Strategy) -> str | None:
    """The shortest SPEC for the strategy; None if its name is not that of a preset."""
    if strategy.name not in PRESETS:
        return None
    origin = preset(strategy.name)
    changes = [f"{slot}.{name}={_write(value)}" for slot in SLOTS for name, value in _changes(strategy, origin, slot)]
    return strategy.name + (":" + ",".join(changes) if changes else "")


def _changes(strategy: Strategy, origin: Strategy, slot: str) -> list[tuple[str, Any]]:
    part, before = strategy.part(slot), origin.part(slot)
    if type(part) is not type(before):
        before = type(part).model_construct()
        named = [("kind", part.kind)]
    else:
        named = []
    return named + [(f, v) for f in type(part).model_fields if (v := getattr(part, f)) != getattr(before, f)]


def _grouped(overrides: str) -> dict[str, dict[str, Any]]:
    grouped: dict[str, dict[str, Any]] = {}
    for override in filter(None, map(str.strip, _OVERRIDES.findall(overrides))):
        path, equals, value = override.partition("=")
        slot, dot, field = path.strip().partition(".")
        if not (equals and dot and field) or slot not in SLOTS:
            raise UserError(
                f"{override!r} is not an override. Write FIELD=VALUE with a field of {', '.join(SLOTS)}, "
                "for example chunker.chunk_tokens=512."
            )
        grouped.setdefault(slot, {})[field] = _read(value.strip())
    return grouped


def _read(value: str) -> Any:
    items = _ITEM.findall(value)
    if len(items) > 1:
        return tuple(_read(item) for item in items)
    try:
        return parse_json(value, strict=False)
    except ValueError:
        return value


def _write(value: Any) -> str:
    if isinstance(value, tuple):
        return "+".join(map(_write, value))
    if isinstance(value, str) and not _NEEDS_QUOTES.search(value) and _read(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _read_file(path: str) -> dict[str, Any]:
    what = f"The strategy file {printable(path)}".rstrip()
    data = read_file(path, what, _MAX_FILE_MB, "Give a file with one strategy, as printed by --json.")
    try:
        values = parse_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"{what} is not JSON: byte {error.start:,} is not UTF-8 text.") from None
    except ValueError as error:
        raise UserError(f"{what} is not JSON: {error}.") from None
    if not isinstance(values, dict):
        raise UserError(f"{what} does not contain a strategy: it must be a JSON object.")
    return values

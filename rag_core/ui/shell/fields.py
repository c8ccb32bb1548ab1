"""Widgets drawn from the fields of a part: a new field or part needs no code here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from rag_core.errors import UserError
from rag_core.part import Part, get_slot
from rag_core.parts import build, kinds
from rag_core.ui.shell.plain import plain

# Sizes matter in ratios: from 128 to 256 is as far as from 1,024 to 2,048.
_SIZES = [16, 24, 32, 48, 64, 96, 128, 160, 192, 256, 320, 384, 448, 512, 640, 768, 896]
_SIZES += [1024, 1280, 1536, 1792, 2048, 2560, 3072, 4096, 6144, 8192, 16384, 32000]


_ONE_LINE, _LONG = 200, 1_000_000  # characters of a text
_LISTED_SIZES = (0, 32, 64, 128, 256, 512, 1024, 2048)


class Limited(NamedTuple):
    """The values that a field can have at present, and a sentence that says why no others."""

    options: tuple[Any, ...]
    reason: str


def edit_part(
    slot: str, part: Part, key: str, skip: tuple[str, ...] = (), limited: Mapping[str, Limited] | None = None
) -> dict[str, Any]:
    """Draw widgets for the part's kind and fields, except those to skip; returns the values, not validated."""
    choices = kinds(slot)
    chosen = part
    if len(choices) == 1 and list(type(part).model_fields) == ["kind"]:
        return part.model_dump()  # nothing to choose, nothing to set
    if get_slot(slot).caption:
        st.caption(get_slot(slot).caption)
    if len(choices) > 1:
        kind = st.selectbox(
            get_slot(slot).title,
            list(choices),
            index=list(choices).index(part.kind),
            format_func=lambda name: choices[name].label,
            key=_kind_key(slot, key),
            help="\n".join(f"- **{choice.label}**: {choice.summary}" for choice in choices.values()),
        )
        if kind != part.kind:
            chosen = _converted(slot, part, kind)
    values = chosen.model_dump()
    fields = type(chosen).model_fields
    for name in sorted(fields, key=lambda name: _is_inherited(type(chosen), name)):
        field = fields[name]
        if limited and name in limited:
            values[name] = _only(field, *limited[name])
        elif name != "kind" and name not in skip and _counts(field, values):
            values[name] = edit_field(name, field, values[name], f"{key}.{slot}.{chosen.kind}.{name}")
    return values


def chosen_part(slot: str, part: Part, key: str) -> Part:
    """The part as `edit_part` with the same key shows it: of the kind that is chosen there."""
    kind = st.session_state.get(_kind_key(slot, key), part.kind)
    return part if kind == part.kind or kind not in kinds(slot) else _converted(slot, part, kind)


def edit_field(
    name: str, field: FieldInfo, value: Any, key: str, label_visibility: Literal["visible", "collapsed"] = "visible"
) -> Any:
    """One widget, by the field's type and bounds; returns the value.

    Only sliders can do without a visible label; their values then show the unit, which stands after a comma in the
    field's title. Sizes without one are in tokens.
    """
    label, about = field.title or name.replace("_", " ").capitalize(), field.description
    low, high = _bound(field, "ge"), _bound(field, "le")
    annotation = _without_none(field.annotation)
    if annotation is float:  # Streamlit wants bounds of the value's type, and `ge=0` is an int
        low, high = (None if bound is None else float(bound) for bound in (low, high))
    if get_origin(annotation) is Literal:
        return _choice(label, about, get_args(annotation), value, key)
    if annotation is bool:
        return st.toggle(label, value, help=about, key=key)
    if annotation is str and (_bound(field, "max_length") or _LONG) <= _ONE_LINE:
        return st.text_input(label, value, help=about, key=key, max_chars=_bound(field, "max_length"))
    if annotation is str:
        return st.text_area(label, value, help=about, key=key, max_chars=_bound(field, "max_length"))
    if get_origin(annotation) is tuple:
        return _sizes(label, about, get_args(annotation)[0], value, key)
    if get_origin(field.annotation) in (Union, _UnionType):
        return st.number_input(label, low, high, value, help=about, key=key, placeholder="not set")
    unit = label.partition(", ")[2] if label_visibility == "collapsed" else ""
    is_size = name.endswith("tokens") or (name.endswith("characters") and label_visibility == "collapsed")
    if is_size and low is not None and high is not None:
        return _size_slider(label, about, low, high, value, key, label_visibility, unit)
    shown = f"%d {unit.replace('%', '%%')}" if unit else None
    return st.slider(label, low, high, value, format=shown, help=about, key=key, label_visibility=label_visibility)


_UnionType = type(int | None)


def _kind_key(slot: str, key: str) -> str:
    return f"{key}.{slot}.kind"


def _is_inherited(part: type[Part], name: str) -> bool:
    """Whether a base class has the field too: what is the kind's own comes first."""
    return any(name in base.model_fields for base in part.__mro__[1:] if issubclass(base, Part))


def _counts(field: FieldInfo, values: Mapping[str, Any]) -> bool:
    """Whether the field has an effect, given the other values; `only_with` in its schema says which it requires."""
    extra = field.json_schema_extra
    wanted = extra.get("only_with") if isinstance(extra, dict) else None
    if not isinstance(wanted, dict):
        return True
    return all(values[name] in (value if isinstance(value, list) else [value]) for name, value in wanted.items())


def _only(field: FieldInfo, options: tuple[Any, ...], reason: str) -> Any:
    st.caption(f"{field.title}: {str(options[0]).replace('_', ' ')}. {plain(reason)}", help=field.description)
    return options[0]


def _choice(label: str, about: str | None, options: tuple[Any, ...], value: Any, key: str) -> Any:
    if len(options) == 1:
        # There is nothing to choose, but the value must be visible.
        st.caption(f"{label}: {str(value).replace('_', ' ')}", help=about)
        return value
    shown = lambda option: str(option).replace("_", " ")  # noqa: E731
    return st.selectbox(label, options, options.index(value), format_func=shown, help=about, key=key)


def _size_slider(
    label: str,
    about: str | None,
    low: int,
    high: int,
    value: int,
    key: str,
    label_visibility: Literal["visible", "collapsed"],
    unit: str,
) -> int:
    options = sorted({low, high, value, *(size for size in _SIZES if low <= size <= high)})
    size = st.select_slider(
        label,
        options,
        value,
        format_func=lambda size: f"{size:,} {unit}".rstrip(),
        help=about,
        key=key,
        label_visibility=label_visibility,
    )
    return int(size)


def _sizes(label: str, about: str | None, item: Any, value: tuple[int, ...], key: str) -> tuple[Any, ...]:
    """A list of sizes; others than the offered ones can be typed."""
    bounds = next((field for field in get_args(item) if isinstance(field, FieldInfo)), FieldInfo())
    low, high = _bound(bounds, "ge") or 0, _bound(bounds, "le") or _LISTED_SIZES[-1]
    options = sorted({*value, *(size for size in _LISTED_SIZES if low <= size <= high)})
    return tuple(st.multiselect(label, options, list(value), help=about, key=key, accept_new_options=True))


def _converted(slot: str, part: Part, kind: str) -> Part:
    """A part of the other kind with the values of the fields that both have; unchanged texts are not carried over."""
    new_fields, fields = kinds(slot)[kind].model_fields, type(part).model_fields
    values = {name: v for name, v in part.model_dump().items() if name in new_fields and v is not None}
    same = {name: v for name, v in values.items() if fields[name].annotation is not str or v != fields[name].default}
    try:
        return build(slot, {**same, "kind": kind})
    except UserError:
        return build(slot, {"kind": kind})


def _without_none(annotation: Any) -> Any:
    choices = [choice for choice in get_args(annotation) if choice is not type(None)]
    return choices[0] if get_origin(annotation) in (Union, _UnionType) else annotation


def _bound(field: FieldInfo, name: str) -> Any:
    return next((getattr(m, name) for m in field.metadata if getattr(m, name, None) is not None), None)

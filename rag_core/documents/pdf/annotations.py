"""The annotations of a page: form fields, free text, stamps and the like; whether they are shown, and their text."""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import dataclass
from typing import Any

from rag_core.documents.pdf.optional_content import is_on
from rag_core.documents.pdf.structure import Structure, inherited, resolved, value

log = logging.getLogger(__name__)

CHECK_MARK = "\u2714"

_HIDDEN, _NO_VIEW = 1 << 1, 1 << 5  # flags of an annotation
_PASSWORD, _PUSH_BUTTON, _MULTILINE, _COMB = 1 << 13, 1 << 16, 1 << 12, 1 << 24  # flags of a field
_TAG = re.compile(r"<[^>]*>")
_FONT_SIZE = re.compile(r"([\d.]+)\s+Tf|font(?:-size)?:[^;]*?([\d.]+)pt")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation that is shown.

    `rect` is left, bottom, right, top in the page's coordinates. `text` is what it says where it has no appearance;
    `generated` tells that viewers make its appearance from the text, whatever appearance the file has. `state` is the
    name of the appearance of a button that is on or off. `font_size` in points, 0 for one that fits.
    """

    rect: tuple[float, float, float, float]
    is_field: bool
    text: str = ""
    has_appearance: bool = False
    generated: bool = False
    state: str = ""
    font_size: float = 0.0
    multiline: bool = False
    cells: int = 0  # of a comb field, which spreads its letters
    align: int = 0  # 0 left, 1 centre, 2 right
    turn: int = 0  # degrees, counterclockwise
    layer_off: bool = False
    is_free_text: bool = False

    @property
    def is_set_anew(self) -> bool:
        """Whether its text is set without regard to the file's appearance of it."""
        return self.generated or (not self.has_appearance and (self.is_field or self.is_free_text))

    @property
    def is_painted_anew(self) -> bool:
        """Whether the text has to be painted too: a field may have a frame as its appearance, and no text in it."""
        return self.is_set_anew or (self.is_field and self.text != CHECK_MARK)


def annotation(item: Any, structure: Structure) -> Annotation | None:
    """The annotation of a dictionary; None for one that is never shown, or hidden."""
    flags = int(value(item, "/F") or 0)
    kind = value(item, "/Subtype")
    if kind == "/Popup" or flags & (_HIDDEN | _NO_VIEW):
        return None
    field_flags = int(inherited(item, "/Ff") or 0)
    field_kind = inherited(item, "/FT") if kind == "/Widget" else None
    appearance = value(value(item, "/AP"), "/N")
    texts = field_kind in ("/Tx", "/Ch")
    state = _state(item, appearance) if field_kind == "/Btn" else ""
    return Annotation(
        rect=_rect(value(item, "/Rect")),
        is_field=kind == "/Widget",
        text=_text(item, kind, field_kind, field_flags, state),
        has_appearance=appearance is not None,
        generated=texts and bool(value(structure.form(), "/NeedAppearances")) and not field_flags & _PASSWORD,
        state=state,
        font_size=_font_size(item, structure),
        multiline=kind == "/FreeText" or (field_kind == "/Tx" and bool(field_flags & _MULTILINE)),
        cells=int(inherited(item, "/MaxLen") or 0) if field_kind == "/Tx" and field_flags & _COMB else 0,
        align=int(inherited(item, "/Q") or 0),
        turn=int(value(value(item, "/MK"), "/R") or 0) % 360,
        layer_off=value(item, "/OC") is not None and not is_on(value(item, "/OC"), structure),
        is_free_text=kind == "/FreeText",
    )


def _rect(numbers: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(resolved(number)) for number in numbers)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _text(item: Any, kind: Any, field_kind: Any, flags: int, state: str) -> str:
    if kind == "/FreeText":
        return string(value(item, "/Contents")) or _TAG.sub("", string(value(item, "/RC")))
    if field_kind == "/Tx":
        return "" if flags & _PASSWORD else string(inherited(item, "/V"))
    if field_kind == "/Ch":
        return _choices(item)
    is_button = field_kind == "/Btn" and not flags & _PUSH_BUTTON
    return CHECK_MARK if is_button and state not in ("", "/Off") else ""


def _choices(item: Any) -> str:
    """The chosen options as they are shown: an option may have an export value and another label."""
    labels = {}
    for option in inherited(item, "/Opt") or []:
        option = resolved(option)
        if isinstance(option, list) and len(option) > 1:
            labels[string(resolved(option[0]))] = string(resolved(option[1]))
    chosen = inherited(item, "/V")
    values = [string(resolved(one)) for one in (chosen if isinstance(chosen, list) else [chosen])]
    return "\n".join(labels.get(one, one) for one in values if one)


def _state(item: Any, appearance: Any) -> str:
    """The name of a button's state: its own, or that of its field if this button has it."""
    own = value(item, "/AS")
    if own is not None:
        return str(own)
    chosen = str(inherited(item, "/V") or "/Off")
    states = appearance.keys() if hasattr(appearance, "keys") and not hasattr(appearance, "get_data") else None
    return chosen if states is None or chosen in states else "/Off"


def _font_size(item: Any, structure: Structure) -> float:
    default = inherited(item, "/DA") or value(structure.form(), "/DA") or value(item, "/DS")
    found = _FONT_SIZE.search(string(default))
    return min(float(found[1] or found[2]), 1000.0) if found else 0.0


def string(found: Any) -> str:
    """Text in any of the ways in which a file may hold it: string, bytes, name, number or stream."""
    if found is None or (isinstance(found, (dict, list)) and not hasattr(found, "get_data")):
        return ""
    if hasattr(found, "get_data"):
        found = found.get_data()
    if isinstance(found, bytes):
        return _decoded(found)
    given = getattr(found, "original_bytes", b"")
    if given.startswith(codecs.BOM_UTF8):  # as of PDF 2.0, which pypdf takes for an older encoding
        return _decoded(given)
    text = str(found)
    return text[1:] if type(found).__name__ == "NameObject" else text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xfe\xff", b"\xff\xfe")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace") if data.startswith(codecs.BOM_UTF8) else data.decode("latin-1")

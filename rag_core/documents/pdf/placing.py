"""Puts the text of annotations where a reader of the page would read it: a field's value after the field's label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from rag_core.documents.pdf.pieces import Piece
from rag_core.documents.reflow.lines import Floats, PageChars

_SAME_ROW = 0.4  # of the lower one's height: how much a label and a value overlap
_MAX_LABEL_GAP = 250.0  # points, from a label to its field
_ABOVE = 3.0  # a label above a field has to be this much closer than one beside it
_BOX = 30.0  # points: smaller fields are boxes to tick, with their label to the right
_STEP = 15.0  # points: jumps from line to line do not count for more
_OVERLAP = 3.0  # points, by which a label may reach into its field


def place(chars: PageChars, pieces: Sequence[Piece]) -> PageChars:
    """The characters of a page with the pieces among them; free text comes after everything else."""
    turned = partial(_turned, direction=_direction(chars))
    upright = replace(chars, boxes=turned(chars.boxes))
    inserted: dict[int, list[tuple[Piece, Piece]]] = defaultdict(list)
    rows = [(piece._replace(boxes=turned(piece.boxes), rect=turned(piece.rect[None])[0]), piece) for piece in pieces]
    for row in sorted(rows, key=lambda row: (round(float(row[0].rect[1])), float(row[0].rect[0]))):
        inserted[_place_of(upright, row[0]) if row[0].is_field else len(chars.text)].append(row)
    texts: list[str] = []
    boxes: list[Floats] = []
    behind = 0
    for at in [*sorted(inserted), len(chars.text)]:
        texts.append(chars.text[behind:at])
        boxes.append(chars.boxes[behind:at])
        behind = at
        for seen, piece in inserted.pop(at, []):
            before, after = _separators(upright, at, seen)
            texts += [before, piece.text, after]
            boxes += [_nowhere(len(before)), piece.boxes, _nowhere(len(after))]
    return replace(chars, text="".join(texts), boxes=np.concatenate(boxes))


def _direction(chars: PageChars) -> int:
    """The direction in which most lines of a page run, in quarter turns clockwise from left to right."""
    middles = (chars.boxes[:, :2] + chars.boxes[:, 2:]) / 2
    right, down = np.nansum(np.clip(np.diff(middles, axis=0), -_STEP, _STEP), axis=0) if len(middles) > 1 else (1, 0)
    return (0 if right >= 0 else 2) if abs(right) >= abs(down) else (1 if down > 0 else 3)


def _turned(boxes: Floats, direction: int) -> Floats:
    """Boxes turned so that lines run from left to right."""
    left, top, right, bottom = boxes.T
    sides = {
        0: (left, top, right, bottom),
        1: (top, -right, bottom, -left),
        2: (-right, -bottom, -left, -top),
        3: (-bottom, left, -top, right),
    }[direction]
    return np.stack(sides, axis=1)


def _place_of(chars: PageChars, piece: Piece) -> int:
    """The index in the page's text before which a field's value belongs."""
    label = _label(chars, piece)
    if label is None:
        return _end_above(chars, piece)
    index, is_before = label
    return index + 1 if is_before else index


def _label(chars: PageChars, piece: Piece) -> tuple[int, bool] | None:
    """The character of the label that is next to a field, and whether the label comes first."""
    left, top, right, bottom = piece.rect
    x0, y0, x1, y1 = chars.boxes.T
    lower = np.minimum(y1 - y0, _height(piece))
    row = np.minimum(y1, bottom) - np.maximum(y0, top) >= _SAME_ROW * lower  # False for NaN
    beside = np.where(row & (x1 <= left + _OVERLAP), np.maximum(left - x1, 0), np.inf)
    above = (np.minimum(x1, right) - np.maximum(x0, left) > 0) & (y1 <= top + _OVERLAP)
    over = np.where(above, _ABOVE * (np.maximum(top - y1, 0) + 1), np.inf)
    after = np.where(row & (x0 >= right - _OVERLAP) & (right - left <= _BOX), np.maximum(x0 - right, 0), np.inf)
    gaps = [float(np.nanmin(found, initial=np.inf)) for found in (after, beside, over)]
    if min(gaps) > _MAX_LABEL_GAP:
        return None
    which = int(np.argmin(gaps))
    if which == 2:
        return _line_end(chars, int(np.flatnonzero(over == gaps[2])[-1])), True
    index = int(np.flatnonzero((after, beside)[which] == gaps[which])[-which])
    return index, bool(which)


def _height(piece: Piece) -> float:
    return float(np.nanmedian(piece.boxes[:, 3] - piece.boxes[:, 1]))


def _line_end(chars: PageChars, index: int) -> int:
    """The last character of a line, given by one of its characters."""
    end = chars.text.find("\n", index)
    return (len(chars.text) if end < 0 else end) - 1


def _end_above(chars: PageChars, piece: Piece) -> int:
    """The index after the last line that is above a field."""
    above = np.flatnonzero(chars.boxes[:, 3] <= piece.rect[1] + _OVERLAP)
    return _line_end(chars, int(above[-1])) + 1 if len(above) else 0


def _separators(chars: PageChars, at: int, piece: Piece) -> tuple[str, str]:
    """What goes before and after a piece: in the row of its label it is a part of the line."""
    line = chars.text[:at].rpartition("\n")[2]
    beside = "\n" not in piece.text and _is_in_row(chars, at - 1 - len(line) + len(line.rstrip()), piece)
    goes_on = _is_in_row(chars, at, piece)
    before = " " if beside and not line[-1:].isspace() else "" if beside or not line else "\n"
    after = "" if chars.text[at : at + 1].isspace() else " " if goes_on else "\n"
    return before, after if beside or goes_on else "\n"


def _is_in_row(chars: PageChars, index: int, piece: Piece) -> bool:
    """Whether a character is beside the piece."""
    if not 0 <= index < len(chars.text):
        return False
    _, top, _, bottom = chars.boxes[index]
    return bool(bottom > piece.rect[1] and top < piece.rect[3])  # False for NaN


def _nowhere(count: int) -> Floats:
    return np.full((count, 4), np.nan, dtype=np.float32)

"""A parsed document as header and body of a frame, and back again with nothing taken on trust."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import numpy as np

from rag_core.documents.blocks import Block, BlockKind
from rag_core.documents.document import LeftOut, LeftOutReason, Page
from rag_core.documents.parsed import Parsed
from rag_core.documents.sandbox.frames import Header
from rag_core.geometry import Box, Span

_BOX_BYTES = 16  # four float32
_MAX_PAGE_SIZE = 1e6  # points; the PDF format ends at 14,400 units


def pack(parsed: Parsed) -> tuple[Header, bytes]:
    """The header names the parts of the body: the text as UTF-8, then the boxes as little-endian float32."""
    text = parsed.text.encode("utf-8")
    header = {
        "text_bytes": len(text),
        "has_boxes": parsed.char_boxes is not None,
        "pages": [[page.number, page.start, page.end, page.width, page.height] for page in parsed.pages],
        "left_out": [[left.page, left.text, left.reason, left.boxes] for left in parsed.left_out],
        "notices": list(parsed.notices),
        "ocr_pages": list(parsed.ocr_pages),
        "blocks": [[*block.span, block.kind, block.level, block.head] for block in parsed.blocks],
    }
    boxes = b"" if parsed.char_boxes is None else parsed.char_boxes.astype("<f4").tobytes()
    return header, text + boxes


def unpack(header: Header, body: bytes) -> Parsed:
    """Check and rebuild. Raises ValueError, KeyError or TypeError for a reply that is not a well-formed document."""
    text = body[: _integer(header["text_bytes"], len(body))].decode("utf-8")
    boxes = None
    if header["has_boxes"]:
        raw = memoryview(body)[header["text_bytes"] :]
        if len(raw) != len(text) * _BOX_BYTES:
            raise ValueError(f"{len(raw):,} bytes of boxes for {len(text):,} characters")
        boxes = np.frombuffer(raw, dtype="<f4").reshape(len(text), 4).astype(np.float32)
        boxes.setflags(write=False)  # shared by sessions
    return Parsed(
        text,
        _pages(header["pages"], text),
        boxes,
        tuple(_left_out(*row) for row in header["left_out"]),
        tuple(_string(notice) for notice in header["notices"]),
        tuple(_blocks(header["blocks"], len(text))),
        tuple(_integer(number) for number in header["ocr_pages"]),
    )


def _pages(rows: list[list[Any]], text: str) -> tuple[Page, ...]:
    pages: list[Page] = []
    behind = 0
    for number, start, end, width, height in rows:
        page = Page(_integer(number), _integer(start), _integer(end, len(text)), _size(width), _size(height))
        if not behind <= page.start <= page.end or text[behind : page.start].strip():
            raise ValueError(f"page {page.number} does not begin where the one before ended")
        pages.append(page)
        behind = page.end
    if not pages or text[behind:].strip():
        raise ValueError("the pages do not cover the text")
    return tuple(pages)


def _left_out(page: Any, text: Any, reason: Any, boxes: Sequence[Any]) -> LeftOut:
    if reason not in get_args(LeftOutReason):
        raise ValueError(f"not a reason: {reason!r}")
    return LeftOut(_integer(page), _string(text), reason, tuple(Box(*map(_coordinate, box)) for box in boxes))


def _blocks(rows: list[list[Any]], length: int) -> Iterable[Block]:
    behind = 0
    for start, end, kind, level, head in rows:
        span = Span(_integer(start), _integer(end, length))
        if kind not in get_args(BlockKind) or not behind <= span.start < span.end:
            raise ValueError(f"not a block, or out of order: {kind!r} {span}")
        yield Block(span, kind, None if level is None else _integer(level), _head(head, span))
        behind = span.start


def _head(ends: Any, block: Span) -> Span | None:
    if ends is None:
        return None
    start, end = ends
    head = Span(_integer(start), _integer(end, block.end))
    if not head.start < head.end or head.start < block.start < head.end:
        raise ValueError(f"not the head of the table {block}: {head}")
    return head


def _integer(value: Any, maximum: int = 2**53) -> int:
    if type(value) is not int or not 0 <= value <= maximum:
        raise ValueError(f"not a count up to {maximum:,}: {value!r}")
    return value


def _string(value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"not a string: {type(value)}")
    value.encode("utf-8")  # halves of surrogate pairs could not be shown or stored
    return value


def _coordinate(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > _MAX_PAGE_SIZE:
        raise ValueError(f"not a place on a page: {value!r}")
    return float(value)


def _size(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 < value <= _MAX_PAGE_SIZE:
        raise ValueError(f"not a page size: {value!r}")
    return float(value)

"""A child's reply is validated before it is used."""

from __future__ import annotations

import io

import numpy as np
import pytest

from rag_core.documents.blocks import Block
from rag_core.documents.document import LeftOut, Page
from rag_core.documents.parsed import Parsed
from rag_core.documents.sandbox.frames import read_frame, write_frame
from rag_core.documents.sandbox.wire import pack, unpack
from rag_core.geometry import Box, Span

PARSED = Parsed(
    "one 漢\n\n😀 two",
    (Page(1, 0, 5, 595.0, 842.0), Page(2, 7, 12, 595.0, 842.0)),
    np.arange(48, dtype=np.float32).reshape(12, 4),
    (LeftOut(2, "7", "page_number", (Box(1.0, 2.0, 3.5, 4.0),)),),
    ("a notice",),
    (Block(Span(0, 5), "heading", 2), Block(Span(7, 12), "table", head=Span(0, 5))),
)


def test_round_trip() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, *pack(PARSED))
    pipe.seek(0)
    back = unpack(*read_frame(pipe, 10_000))
    assert (back.text, back.pages, back.left_out) == (PARSED.text, PARSED.pages, PARSED.left_out)
    assert (back.notices, back.blocks) == (PARSED.notices, PARSED.blocks)
    assert np.array_equal(back.char_boxes, PARSED.char_boxes)


def test_without_boxes() -> None:
    assert unpack(*pack(Parsed("text", (Page(1, 0, 4, None, None),)))).char_boxes is None


@pytest.mark.parametrize(
    "change",
    [
        {"pages": []},
        {"pages": [[1, 0, 5, 1, 1]]},
        {"pages": [[1, 0, 99, 1, 1]]},
        {"pages": [[1, 0, 5, 1, 1], [2, 4, 12, 1, 1]]},
        {"pages": [[1, 2, 5, 1, 1], [2, 7, 12, 1, 1]]},
        {"pages": [[1, 0, 12, float("nan"), 1]]},
        {"pages": [[1, 0, 12, -5, 1]]},
        {"pages": [[1, 0, 12, True, 1]]},
        {"pages": [["1", 0, 12, 1, 1]]},
        {"pages": 7},
        {"pages": [[1, 0]]},
        {"text_bytes": 3},
        {"text_bytes": -1},
        {"text_bytes": 10**9},
        {"left_out": [[1, "\ud800", "tiny", []]]},
        {"left_out": [[-1, "x", "tiny", []]]},
        {"left_out": [[1, "x", "dull", []]]},
        {"left_out": [[1, "x", "tiny", [[0, 0, 1, float("nan")]]]]},
        {"left_out": [[1, "x", "tiny", [[0, 0, 1]]]]},
        {"notices": [b"x".hex, 1]},
        {"notices": None},
        {"blocks": [[0, 5, "poem", None, None]]},
        {"blocks": [[0, 13, "table", None, None]]},
        {"blocks": [[5, 5, "table", None, None]]},
        {"blocks": [[7, 12, "table", None, None], [0, 5, "heading", 1, None]]},
        {"blocks": [[0, 5, "heading", -1, None]]},
        {"blocks": [[0, 5, "heading"]]},
        {"blocks": [[7, 10, "table", None, [5, 9]]]},
        {"blocks": [[7, 10, "table", None, [8, 11]]]},
        {"blocks": [[7, 10, "table", None, [4, 4]]]},
    ],
)
def test_invalid_replies_are_refused(change: dict) -> None:
    header, body = pack(PARSED)
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpack({**header, **change}, body)


@pytest.mark.parametrize("missing", ["pages", "text_bytes", "has_boxes", "left_out", "notices", "blocks"])
def test_missing_parts_are_refused(missing: str) -> None:
    header, body = pack(PARSED)
    del header[missing]
    with pytest.raises(KeyError):
        unpack(header, body)


def test_frames_are_bounded_and_whole() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, {"a": 1}, b"body")
    whole = pipe.getvalue()
    with pytest.raises(ValueError, match="at most 5 bytes"):
        read_frame(io.BytesIO(whole), 5)
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(whole[:-1]), 100)
    with pytest.raises(ValueError, match="not a frame"):
        read_frame(io.BytesIO(b"HTTP" + whole[4:]), 100)

"""The protocol between the app and its child process: one frame each way, a JSON header and a body of raw bytes.

Before its frame the child may send notes (see `notes`).

Nothing is unpickled, every size is checked before it is read: the child may have been taken over by a hostile file.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

Header = dict[str, Any]

_SIZES = struct.Struct(">4sQQ")
_MAGIC = b"CHNK"


def write_frame(stream: BinaryIO, header: Header, body: bytes | memoryview) -> None:
    """Send a frame and flush."""
    encoded = json.dumps(header).encode("ascii")
    stream.write(_SIZES.pack(_MAGIC, len(encoded), memoryview(body).nbytes))
    stream.write(encoded)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO, max_bytes: int) -> tuple[Header, bytes]:
    """Receive a frame. Raises EOFError when the stream ends early, ValueError for anything malformed or too large."""
    return frame_after(read_start(stream), stream, max_bytes)


def read_header(stream: BinaryIO, max_bytes: int) -> tuple[Header, int]:
    """Receive a frame's header and the number of bytes of the body that follows it."""
    return _header_after(read_start(stream), stream, max_bytes)


def read_start(stream: BinaryIO) -> bytes:
    """The first bytes of a frame, which say what follows."""
    return _exactly(stream, _SIZES.size)


def frame_after(start: bytes, stream: BinaryIO, max_bytes: int) -> tuple[Header, bytes]:
    """The rest of a frame whose first bytes have been received; raises as `read_frame` does."""
    header, size = _header_after(start, stream, max_bytes)
    return header, _exactly(stream, size)


def _header_after(start: bytes, stream: BinaryIO, max_bytes: int) -> tuple[Header, int]:
    magic, header_size, body_size = _SIZES.unpack(start)
    if magic != _MAGIC or header_size + body_size > max_bytes:
        raise ValueError(f"not a frame of at most {max_bytes:,} bytes: {magic!r}, {header_size:,} + {body_size:,}")
    header = json.loads(_exactly(stream, header_size))
    if not isinstance(header, dict):
        raise ValueError("the header is not an object")
    return header, body_size


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError(f"{len(data):,} of {size:,} bytes")
    return data

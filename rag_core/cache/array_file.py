"""One file of named arrays: a checksum; names, types and shapes in JSON; the raw bytes. Nothing in it can run."""

from __future__ import annotations

import json
import math
import mmap
from collections.abc import Mapping
from typing import IO, Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

VERSION = 1  # of the layout; it stands in the file's name, so a file of another version is simply not found

_MAGIC = b"Chunksc%d" % VERSION
_CHECKED_FROM = 12  # the checksum follows the magic, and covers everything after itself
_HEADER_FROM = 16  # the header's length lies between
_ALIGNED = 64  # bytes: arrays start where a processor likes to read them
_BLOCK = 1 << 20
_KINDS = "fiub"  # floats, integers, booleans: raw numbers only


class Damaged(Exception):
    """The bytes are not those that were written under this key."""


def pack(key: str, arrays: Mapping[str, NDArray[Any]]) -> list[memoryview]:
    """The pieces of a file, in order, contiguous arrays uncopied; TypeError for arrays of other than numbers."""
    solid = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    for name, array in solid.items():
        if array.dtype.kind not in _KINDS:
            raise TypeError(f"{name} has the type {array.dtype}; only numbers are kept")
    pieces = [memoryview(_header(key, solid))]
    for array in solid.values():
        pieces += [array.reshape(-1).view(np.uint8).data, memoryview(bytes(-array.nbytes % _ALIGNED))]
    checksum = 0
    for piece in pieces:
        checksum = crc32(piece, checksum)
    return [memoryview(_MAGIC + checksum.to_bytes(4, "little")), *pieces]


def read(file: IO[bytes], key: str) -> dict[str, NDArray[Any]]:
    """The arrays of an open file, in memory and read-only, always checked; raises Damaged."""
    raw = file.read()
    if raw[: len(_MAGIC)] != _MAGIC or _stated(raw) != crc32(memoryview(raw)[_CHECKED_FROM:]):
        raise Damaged
    return _unpack(raw, key)


def map_into(file: IO[bytes], key: str, *, checked: bool) -> dict[str, NDArray[Any]]:
    """The arrays of an open file, memory-mapped and read-only; raises Damaged.

    Unless it is `checked` already, the file is read once, block by block, for its checksum.
    """
    if not checked:
        _check(file)
    try:
        return _unpack(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), key)
    except ValueError:  # an empty file cannot be mapped
        raise Damaged from None


def _header(key: str, arrays: Mapping[str, NDArray[Any]]) -> bytes:
    listed = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    text = json.dumps({"key": key, "arrays": listed}).encode()
    text += b" " * (-(_HEADER_FROM + len(text)) % _ALIGNED)
    return len(text).to_bytes(_HEADER_FROM - _CHECKED_FROM, "little") + text


def _stated(raw: bytes) -> int:
    return int.from_bytes(raw[len(_MAGIC) : _CHECKED_FROM], "little")


def _check(file: IO[bytes]) -> None:
    # Read, not mapped: pages touched through a map would count as this process's memory.
    start = file.read(_CHECKED_FROM)
    checksum = 0
    while block := file.read(_BLOCK):
        checksum = crc32(block, checksum)
    if start[: len(_MAGIC)] != _MAGIC or _stated(start) != checksum:
        raise Damaged


def _unpack(raw: bytes | mmap.mmap, key: str) -> dict[str, NDArray[Any]]:
    """Views of the raw bytes. The checksum held, so a mismatch here is a file under another's name."""
    try:
        at = _HEADER_FROM + int.from_bytes(raw[_CHECKED_FROM:_HEADER_FROM], "little")
        header = json.loads(raw[_HEADER_FROM:at])
        arrays = {}
        for name, kind, shape in header["arrays"]:
            dtype, count = np.dtype(kind), math.prod(shape)
            arrays[name] = np.frombuffer(raw, dtype, count, at).reshape(shape)
            at += count * dtype.itemsize + -(count * dtype.itemsize) % _ALIGNED
        right = header["key"] == key and at == len(raw)
    except (ValueError, TypeError, KeyError):
        raise Damaged from None
    if not right:
        raise Damaged
    return arrays

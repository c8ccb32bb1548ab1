"""One file of named arrays: a checksum; names, types and shapes in JSON; raw bytes. Nothing in it is executable."""

from __future__ import annotations

import json
import math
import mmap
from collections.abc import Mapping
from typing import IO, Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

VERSION = 1  # of the layout; it is part of the file's name, so files of other versions are not found

_MAGIC = b"Chunksc%d" % VERSION
_CHECKSUM_END = 12  # the checksum follows the magic, and covers everything after itself
_HEADER_START = 16  # the header's length lies between
_ALIGNMENT = 64  # bytes
_BLOCK = 1 << 20
_KINDS = "fiub"  # floats, integers, booleans: raw numbers only


class CorruptFile(Exception):
    """The bytes are not those that were written under this key."""


def pack(key: str, arrays: Mapping[str, NDArray[Any]]) -> list[memoryview]:
    """The blocks of a file, in order; contiguous arrays are not copied. Raises TypeError for other than numbers."""
    contiguous = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    for name, array in contiguous.items():
        if array.dtype.kind not in _KINDS:
            raise TypeError(f"{name} has the type {array.dtype}; only numbers are stored")
    blocks = [memoryview(_header(key, contiguous))]
    for array in contiguous.values():
        blocks += [array.reshape(-1).view(np.uint8).data, memoryview(bytes(-array.nbytes % _ALIGNMENT))]
    checksum = 0
    for block in blocks:
        checksum = crc32(block, checksum)
    return [memoryview(_MAGIC + checksum.to_bytes(4, "little")), *blocks]


def read(file: IO[bytes], key: str) -> dict[str, NDArray[Any]]:
    """The arrays of an open file, in memory and read-only; always verifies the checksum. Raises CorruptFile."""
    raw = file.read()
    if raw[: len(_MAGIC)] != _MAGIC or _stored_checksum(raw) != crc32(memoryview(raw)[_CHECKSUM_END:]):
        raise CorruptFile
    return _unpack(raw, key)


def map_into(file: IO[bytes], key: str, *, verified: bool) -> dict[str, NDArray[Any]]:
    """The arrays of an open file, memory-mapped and read-only. Raises CorruptFile.

    Unless it was `verified` before, the file is read once, block by block, for its checksum.
    """
    if not verified:
        _verify(file)
    try:
        return _unpack(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), key)
    except ValueError:  # an empty file cannot be mapped
        raise CorruptFile from None


def _header(key: str, arrays: Mapping[str, NDArray[Any]]) -> bytes:
    described = [[name, array.dtype.str, array.shape] for name, array in arrays.items()]
    text = json.dumps({"key": key, "arrays": described}).encode()
    text += b" " * (-(_HEADER_START + len(text)) % _ALIGNMENT)
    return len(text).to_bytes(_HEADER_START - _CHECKSUM_END, "little") + text


def _stored_checksum(raw: bytes) -> int:
    return int.from_bytes(raw[len(_MAGIC) : _CHECKSUM_END], "little")


def _verify(file: IO[bytes]) -> None:
    # Read, not mapped: pages that are touched through a map count as this process's memory.
    start = file.read(_CHECKSUM_END)
    checksum = 0
    while block := file.read(_BLOCK):
        checksum = crc32(block, checksum)
    if start[: len(_MAGIC)] != _MAGIC or _stored_checksum(start) != checksum:
        raise CorruptFile


def _unpack(raw: bytes | mmap.mmap, key: str) -> dict[str, NDArray[Any]]:
    """Views of the raw bytes. The checksum is right, so a mismatch here is a file under another's name."""
    try:
        at = _HEADER_START + int.from_bytes(raw[_CHECKSUM_END:_HEADER_START], "little")
        header = json.loads(raw[_HEADER_START:at])
        arrays = {}
        for name, kind, shape in header["arrays"]:
            dtype, count = np.dtype(kind), math.prod(shape)
            arrays[name] = np.frombuffer(raw, dtype, count, at).reshape(shape)
            at += count * dtype.itemsize + -(count * dtype.itemsize) % _ALIGNMENT
        matches = header["key"] == key and at == len(raw)
    except (ValueError, TypeError, KeyError):
        raise CorruptFile from None
    if not matches:
        raise CorruptFile
    return arrays

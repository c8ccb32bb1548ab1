"""Reads the files that a user names: regular files only, up to a limit, since a pipe or a device may never end."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from rag_core.documents.limits import MB, over_mb
from rag_core.errors import UserError

_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "Is a directory"),
    (stat.S_ISFIFO, "it is a pipe, and only regular files are read; save what it gives to a file first"),
    (stat.S_ISSOCK, "it is a socket, and only regular files are read"),
    (stat.S_ISCHR, "it is a device, and only regular files are read"),
    (stat.S_ISBLK, "it is a device, and only regular files are read"),
)


def read_file(path: str | os.PathLike[str], what: str, max_mb: float, remedy: str = "Split it.") -> bytes:
    """The contents of a regular file, which a link may lead to; `what` begins the sentence of an error.

    Raises UserError for any other kind of file, for one that cannot be read, and for one over the limit, which the
    `remedy` says how to meet.
    """
    max_bytes = int(max_mb * MB)
    if not os.fspath(path):
        raise UserError(f"{what} could not be read: the path is empty.")
    try:
        _check_kind(os.stat(path), what)
        with open(path, "rb", opener=_open_at_once) as file:
            _check_kind(status := os.fstat(file.fileno()), what)
            data = file.read(max_bytes + 1) if status.st_size <= max_bytes else b""
    except (OSError, ValueError) as error:  # a ValueError for a path that holds a NUL
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{what} could not be read: {reason}.") from error
    if (size := max(status.st_size, len(data))) > max_bytes:
        raise UserError(f"{what} {over_mb(size, max_mb)} {remedy}")
    return data


def _check_kind(status: os.stat_result, what: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), "it is not a regular file")
        raise UserError(f"{what} could not be read: {kind}.")


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for a pipe's other end, should one have taken the file's place meanwhile."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))

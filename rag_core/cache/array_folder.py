"""A bounded folder of array files, named by their keys; the least recently used go first."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from numpy.typing import NDArray

from rag_core.cache import array_file

_log = logging.getLogger(__name__)
# Nothing else in the folder is ever counted or deleted: it may be a folder that the user named by mistake.
_OURS = re.compile(r"[0-9a-f]{64}\.v\d+\.arrays(\.[0-9a-f]{16}\.part)?|vectors\.v\d+\.sqlite(-wal|-shm)?")
_UNFINISHED = ".part"
_ABANDONED_S = 3600  # a half-written file this old belongs to a process that was killed
_UNSEEN_SHARE = 50  # a fiftieth of the bound at most is written without looking through the folder again
_UNSEEN_S = 60  # after so long it is looked through anyway: other processes write too


class ArrayFolder:
    """Entries as files. A file appears whole under its name or not at all, and is checked before it is believed.

    A file's access time says when it was last used (set here, so mount options do not matter); its checksum is
    verified at each reading into memory, and for mapping once a process. There is no fsync: what a power cut leaves
    half on the disk fails its checksum and is computed again.

    The folder is not looked through at every write: for a minute, and for 2 % of the bound, a process goes by what it
    saw there and has written since. One writer alone keeps within the bound; of several at the same time, processes or
    threads, each but one may exceed it by those 2 % and the entry that it is at.
    """

    def __init__(self, folder: Path, max_bytes: int, *, sharing: str) -> None:
        """`sharing` is the start of the names that are counted within the bound but are another's to delete."""
        self.folder = folder
        self._most_bytes = max_bytes
        self._sharing = sharing
        self._lock = threading.Lock()
        self._written = 0  # since the folder was looked through
        self._ceiling = -1  # of what was written since, and of the other's files as they are now
        self._seen_s = 0.0
        self._checked: dict[Path, tuple[int, int, int]] = {}
        self._damaged: set[Path] = set()

    def read(self, key: str, *, mapped: bool) -> dict[str, NDArray[Any]] | None:
        """The arrays of an entry, read-only; None if there is none or it is damaged; OSError if it cannot be read."""
        path = self._path(key)
        try:
            with path.open("rb", buffering=0) as file:
                arrays = self._believed(file, path, key) if mapped else array_file.read(file, key)
                written = os.fstat(file.fileno()).st_mtime_ns
        except FileNotFoundError:
            return None
        except array_file.Damaged:
            self._drop(path)
            return None
        with suppress(OSError):  # another user's file: readable, but its times are not ours to set
            os.utime(path, ns=(time.time_ns(), written))
        return arrays

    def write(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep an entry; one larger than the bound is not kept. Raises OSError."""
        pieces = array_file.pack(key, arrays)
        size = sum(piece.nbytes for piece in pieces)
        if size > self._most_bytes:
            _log.warning("%.1f MB are too much for the cache; CHUNKSCOPE_CACHE_GB sets how much it holds", size / 1e6)
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.make_room(size)
        path = self._path(key)
        part = path.with_name(f"{path.name}.{os.urandom(8).hex()}{_UNFINISHED}")
        try:
            with part.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
            os.utime(part, ns=(time.time_ns(),) * 2)  # the kernel's own stamp is milliseconds coarse
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def make_room(self, wanted: int) -> None:
        """Delete the least recently used files until `wanted` more bytes are within the bound. Raises OSError."""
        with self._lock:
            self._written += wanted
            if self._written + self._shared_bytes() > self._ceiling or time.monotonic() > self._seen_s + _UNSEEN_S:
                self._look_through(wanted)

    def _look_through(self, wanted: int) -> None:
        truncated, shared = self._most_bytes // _UNSEEN_SHARE, self._shared_bytes()
        files = sorted(self._files())
        total = wanted + sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._most_bytes - truncated:
                break
            # What is being written is in the hands of its writer; the abandoned ones are gone by now.
            if not path.name.startswith(self._sharing) and not path.name.endswith(_UNFINISHED):
                path.unlink(missing_ok=True)
                total -= size
        there = {path for _, _, path in files}
        self._checked = {path: identity for path, identity in self._checked.items() if path in there}
        self._written, self._seen_s = 0, time.monotonic()
        self._ceiling = shared + min(truncated, self._most_bytes - total)

    def _shared_bytes(self) -> int:
        """What the files take that are another's: a database, and what SQLite writes beside it."""
        total = 0
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                total += os.stat(f"{self.folder}{os.sep}{self._sharing}{end}").st_size
        return total

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.v{array_file.VERSION}.arrays"

    def _believed(self, file: IO[bytes], path: Path, key: str) -> dict[str, NDArray[Any]]:
        status = os.fstat(file.fileno())
        identity = (status.st_ino, status.st_size, status.st_mtime_ns)
        arrays = array_file.map_into(file, key, checked=self._checked.get(path) == identity)
        self._checked[path] = identity
        return arrays

    def _drop(self, path: Path) -> None:
        with suppress(OSError):  # in a read-only folder it stays, and must not be reported at every reading
            path.unlink(missing_ok=True)
        if path not in self._damaged or not path.exists():
            _log.warning("Damaged, will be computed again: %s", path)
        self._damaged.add(path)

    def _files(self) -> Iterator[tuple[int, int, Path]]:
        """When last used (ns), size and path of every file of ours; half-written ones of the dead are deleted."""
        abandoned = time.time() - _ABANDONED_S
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process deleted it meanwhile
                    status = entry.stat(follow_symlinks=False)
                    if not _OURS.fullmatch(entry.name):
                        continue
                    if entry.name.endswith(_UNFINISHED) and status.st_mtime < abandoned:
                        os.unlink(entry.path)
                    else:
                        yield status.st_atime_ns, status.st_size, Path(entry.path)

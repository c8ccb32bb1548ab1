"""A bounded folder of array files, named by their keys; the least recently used are evicted first."""

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
# No other file in the folder is counted or deleted: it may be a folder that the user named by mistake.
_OWN_FILE = re.compile(r"[0-9a-f]{64}\.v\d+\.arrays(\.[0-9a-f]{16}\.part)?|vectors\.v\d+\.sqlite(-wal|-shm)?")
_PART_SUFFIX = ".part"
_STALE_PART_S = 3600  # a partial file this old belongs to a process that was killed
_SCAN_SHARE = 50  # the folder is scanned again after a fiftieth of the bound has been written
_SCAN_INTERVAL_S = 60  # and after this time at the latest: other processes write too


class ArrayFolder:
    """Entries as files. A file appears under its name as a whole or not at all, and is verified before it is used.

    A file's access time says when it was last used (set here, so mount options do not matter). Its checksum is
    verified whenever it is read into memory, and once per process for mapping. There is no fsync: a file that a power
    cut left incomplete fails its checksum and is computed again.

    The folder is not scanned at every write: for a minute, and for 2 % of the bound, a process relies on its last scan
    and on what it has written since. One writer alone stays within the bound; of several writers at the same time,
    processes or threads, each but one may exceed it by those 2 % and the entry that it is writing.
    """

    def __init__(self, folder: Path, max_bytes: int, *, shared_prefix: str) -> None:
        """Files whose names begin with `shared_prefix` count towards the bound but are never deleted here."""
        self.folder = folder
        self._max_bytes = max_bytes
        self._shared_prefix = shared_prefix
        self._lock = threading.Lock()
        self._written = 0  # bytes since the last scan
        self._scan_at = -1  # so many bytes, written since and in shared files, call for a scan
        self._scanned_s = 0.0
        self._verified: dict[Path, tuple[int, int, int]] = {}
        self._corrupt: set[Path] = set()

    def read(self, key: str, *, mapped: bool) -> dict[str, NDArray[Any]] | None:
        """The read-only arrays of an entry; None if it is missing or corrupt. Raises OSError if it cannot be read."""
        path = self._path(key)
        try:
            with path.open("rb", buffering=0) as file:
                arrays = self._mapped(file, path, key) if mapped else array_file.read(file, key)
                written = os.fstat(file.fileno()).st_mtime_ns
        except FileNotFoundError:
            return None
        except array_file.CorruptFile:
            self._delete_corrupt(path)
            return None
        with suppress(OSError):  # another user's file: readable, but its times are not ours to set
            os.utime(path, ns=(time.time_ns(), written))
        return arrays

    def write(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Store an entry, unless it is larger than the bound. Raises OSError."""
        blocks = array_file.pack(key, arrays)
        size = sum(block.nbytes for block in blocks)
        if size > self._max_bytes:
            _log.warning(
                "An entry of %.1f MB does not fit into the cache; CHUNKSCOPE_CACHE_GB sets its size", size / 1e6
            )
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.make_room(size)
        path = self._path(key)
        part = path.with_name(f"{path.name}.{os.urandom(8).hex()}{_PART_SUFFIX}")
        try:
            with part.open("xb") as file:
                for block in blocks:
                    file.write(block)
            os.utime(part, ns=(time.time_ns(),) * 2)  # the kernel's own stamp is milliseconds coarse
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def make_room(self, needed: int) -> None:
        """Delete the least recently used files until `needed` more bytes are within the bound. Raises OSError."""
        with self._lock:
            self._written += needed
            is_due = self._written + self._shared_bytes() > self._scan_at
            if is_due or time.monotonic() > self._scanned_s + _SCAN_INTERVAL_S:
                self._scan(needed)

    def _scan(self, needed: int) -> None:
        margin, shared = self._max_bytes // _SCAN_SHARE, self._shared_bytes()
        files = sorted(self._files())
        total = needed + sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._max_bytes - margin:
                break
            # A partial file belongs to its writer; stale ones are deleted already.
            if not path.name.startswith(self._shared_prefix) and not path.name.endswith(_PART_SUFFIX):
                path.unlink(missing_ok=True)
                total -= size
        present = {path for _, _, path in files}
        self._verified = {path: identity for path, identity in self._verified.items() if path in present}
        self._written, self._scanned_s = 0, time.monotonic()
        self._scan_at = shared + min(margin, self._max_bytes - total)

    def _shared_bytes(self) -> int:
        """The size of the shared files: a database, and what SQLite writes beside it."""
        total = 0
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                total += os.stat(f"{self.folder}{os.sep}{self._shared_prefix}{end}").st_size
        return total

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.v{array_file.VERSION}.arrays"

    def _mapped(self, file: IO[bytes], path: Path, key: str) -> dict[str, NDArray[Any]]:
        status = os.fstat(file.fileno())
        identity = (status.st_ino, status.st_size, status.st_mtime_ns)
        arrays = array_file.map_into(file, key, verified=self._verified.get(path) == identity)
        self._verified[path] = identity
        return arrays

    def _delete_corrupt(self, path: Path) -> None:
        with suppress(OSError):  # in a read-only folder it stays, and must not be reported whenever it is read
            path.unlink(missing_ok=True)
        if path not in self._corrupt or not path.exists():
            _log.warning("Corrupt, will be computed again: %s", path)
        self._corrupt.add(path)

    def _files(self) -> Iterator[tuple[int, int, Path]]:
        """Time of the last use (ns), size and path of each own file; stale partial ones are deleted."""
        stale = time.time() - _STALE_PART_S
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process deleted it meanwhile
                    status = entry.stat(follow_symlinks=False)
                    if not _OWN_FILE.fullmatch(entry.name):
                        continue
                    if entry.name.endswith(_PART_SUFFIX) and status.st_mtime < stale:
                        os.unlink(entry.path)
                    else:
                        yield status.st_atime_ns, status.st_size, Path(entry.path)

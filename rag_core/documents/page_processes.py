"""Pages that several processes read at the same time: a library such as pdfium does one thing at a time in each.

The processes are forked where pages are read, so that the file is open in each of them; only the sandboxed child allows
it. What they find comes back pickled: it is read by the process that forked them, which is no safer than they are.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from itertools import pairwise
from pathlib import Path
from typing import Any, Generic, TypeVar

from rag_core.documents.limits import MB

T = TypeVar("T")

_MAX_PROCESSES = 4
_MIN_PAGES = 30  # for each: fewer take no longer than it takes to start
_MIN_MEMORY = 256 * MB  # for each
_PIPE = MB  # bytes: a few pages, so that one that takes long holds up no other process

_allowed: ContextVar[int] = ContextVar("allowed", default=1)


@contextmanager
def in_processes(count: int) -> Iterator[None]:
    """Up to `count` processes read the pages that readers in this thread ask for."""
    token = _allowed.set(count)
    try:
        yield
    finally:
        _allowed.reset(token)


def processors() -> int:
    """How many processes can work at the same time; 1 where they cannot be forked."""
    return min(len(os.sched_getaffinity(0)), _MAX_PROCESSES) if sys.platform == "linux" else 1


def each_page(count: int, read: Callable[[int], T], is_sound: Callable[[T], bool]) -> Generator[T, None, None]:
    """What `read` gives for each index below `count`, in order; what it changes besides may be lost.

    Where a process fails, or a page is not sound there, it is read here instead, with all the memory that there is, and
    so are those after it: errors are those of a single process.
    """
    processes = _processes(count)
    done = 0
    if processes > 1:
        with suppress(EOFError, OSError, pickle.UnpicklingError), _helpers(count, read, is_sound, processes) as helpers:
            while done < count:
                found = helpers[done % processes].next()
                done += 1
                yield found
    yield from map(read, range(done, count))


def _processes(count: int) -> int:
    wanted = min(_allowed.get(), count // _MIN_PAGES)
    room = _room() if wanted > 1 else None
    return wanted if room is None else min(wanted, room // _MIN_MEMORY)


def _room() -> int | None:
    """The bytes of address space that this process may take in addition; None where there is no limit."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return None
    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    return max(limit - taken, 0)


@contextmanager
def _helpers(
    count: int, read: Callable[[int], T], is_sound: Callable[[T], bool], processes: int
) -> Iterator[Sequence[_Helper[T]]]:
    """The processes, each for every page of so many; they are gone at the end, or when this process is."""
    room = _room()
    watched, kept = os.pipe()  # closes with this process
    with ExitStack() as stack:
        stack.callback(os.close, kept)
        helpers: list[_Helper[T]] = []
        try:
            for first in range(processes):
                helper = _Helper(range(first, count, processes), read, is_sound, watched, room and room // processes)
                stack.callback(helper.end)
                helpers.append(helper)
        finally:
            os.close(watched)
        yield helpers


class _Helper(Generic[T]):
    """A forked process that reads some of the pages."""

    def __init__(
        self,
        indices: Sequence[int],
        read: Callable[[int], T],
        is_sound: Callable[[T], bool],
        watched: int,
        memory: int | None,
    ) -> None:
        incoming, outgoing = os.pipe()
        self._process = os.fork()
        if not self._process:
            _help(indices, read, is_sound, watched, outgoing, memory)
        os.close(outgoing)
        self._stream = os.fdopen(incoming, "rb")

    def next(self) -> T:
        """What it found on the next of its pages. Raises EOFError or UnpicklingError where it is gone."""
        found: T = pickle.load(self._stream)
        return found

    def end(self) -> None:
        """End the process, whatever it does."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        self._stream.close()


def _help(
    indices: Sequence[int],
    read: Callable[[int], Any],
    is_sound: Callable[[Any], bool],
    watched: int,
    outgoing: int,
    memory: int | None,
) -> None:
    """Read the pages and exit: at once when the process that forked this one is gone."""
    try:
        _close_all_but(watched, outgoing)
        threading.Thread(target=_exit_with, args=(watched,), daemon=True).start()
        _limit(memory)
        with os.fdopen(outgoing, "wb") as stream:
            _widen(outgoing)
            for index in indices:
                found = read(index)
                if not is_sound(found):
                    break
                pickle.dump(found, stream, pickle.HIGHEST_PROTOCOL)
                stream.flush()
    finally:
        os._exit(0)


def _close_all_but(*kept: int) -> None:
    """Close files and pipes of the process that forked this one: who reads them is to see when that one ends."""
    for low, high in pairwise([2, *sorted(kept), os.sysconf("SC_OPEN_MAX")]):
        os.closerange(low + 1, high)


def _exit_with(watched: int) -> None:
    os.read(watched, 1)
    os._exit(1)


def _limit(memory: int | None) -> None:
    """Limit what this process takes in addition to what it has."""
    import resource

    room = _room()
    if memory is None or room is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (soft - max(room - memory, 0), hard))


def _widen(pipe: int) -> None:
    import fcntl

    with suppress(AttributeError, OSError):  # not Linux, or more than a user may have
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)

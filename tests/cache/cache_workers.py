"""Processes that share a cache: `python -m tests.cache.cache_workers NAME FOLDER` prints what came of it as JSON.

They are forked from one process that has imported everything and opened nothing, so that many short rounds are quick.
"""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

import numpy as np

from rag_core.cache import ArrayCache
from tests.cache.cache_entries import (
    ARRAYS,
    ROWS,
    array_key,
    arrays_of,
    bytes_on_disk,
    check_arrays,
    check_rows,
    rows_of,
)

BOUND = 32_000_000  # less than all entries together


def forked(work: Callable[[], object]) -> int:
    """The id of a new process that does this and ends, with 0 if it went well."""
    if child := os.fork():
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def ended_well(child: int) -> bool:
    return os.waitpid(child, 0)[1] == 0


def write_for_ever(folder: Path, seed: int) -> None:
    chance, cache = random.Random(seed), ArrayCache(folder, BOUND)
    while True:
        first = chance.randrange(len(ROWS) - 100)
        cache.put_many(rows_of(range(first, first + 100)))
        for number in chance.sample(ARRAYS, 3):
            cache.put(array_key(number), arrays_of(number))
        cache.get(array_key(chance.choice(ARRAYS)), mapped=True)


def check_all(folder: Path) -> None:
    cache = ArrayCache(folder, BOUND)
    check_arrays(cache, mapped=False)
    check_rows(cache)
    assert cache.problem is None


def kill(folder: Path) -> dict[str, object]:
    """Writers killed at random moments; after each, another process finds everything right or absent."""
    chance, right = random.Random(7), []
    for seed in range(20):
        writers = [forked(lambda seed=seed: write_for_ever(folder, seed)) for _ in range(2)]
        time.sleep(chance.uniform(0.005, 0.12))
        for writer in writers:
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
        right.append(ended_well(forked(lambda: check_all(folder))))
    cache = ArrayCache(folder, BOUND)
    entries = check_arrays(cache, mapped=False), check_rows(cache)
    return {"right": right, "entries": entries, "bytes": bytes_on_disk(folder)}


def kill_at_every_line(folder: Path) -> dict[str, object]:
    """A writer killed at the first line of the cache's own code, another at the third, and so on to the last."""
    left, ended = [], signal.SIGKILL
    while ended == signal.SIGKILL and len(left) < 1000:
        place = folder / str(len(left))
        ended = os.waitpid(forked(partial(write_up_to, 1 + 2 * len(left), place)), 0)[1]
        left.append(what_is_there(place))
    return {"ended": ended, "left": left}


def write_up_to(lines: int, folder: Path) -> None:
    def trace(frame: FrameType, event: str, _: object) -> Callable[..., object] | None:
        nonlocal lines
        if not frame.f_globals["__name__"].startswith("rag_core.cache"):
            return None
        lines -= event == "line"
        if not lines:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    cache = ArrayCache(folder, BOUND)
    sys.settrace(trace)
    cache.put(array_key(0), arrays_of(0, 30))
    cache.put_many(rows_of([0, 1]))


def what_is_there(folder: Path) -> tuple[int, bool, int]:
    """Half-written files, whether there is the array, and how many vectors; an assertion fails if one is wrong."""
    cache = ArrayCache(folder, BOUND)
    found, parts = cache.get(array_key(0)), len(list(folder.glob("*.part")))
    assert found is None or np.array_equal(found["vectors"], arrays_of(0, 30)["vectors"])
    rows = check_rows(cache, (0, 1))
    if list(folder.glob("*.sqlite")):
        cache.put_many(rows_of(range(5)))
        assert check_rows(cache, range(5)) == 5
    return parts, found is not None, rows


def together(folder: Path) -> dict[str, object]:
    """Four processes make the cache and write the same entries at the same time, reading all the while."""
    start = time.time() + 0.3

    def work() -> None:
        cache = ArrayCache(folder, 10 * BOUND)
        time.sleep(start - time.time())
        for _ in range(3):
            cache.put_many(rows_of(ROWS))
            assert check_rows(cache) == len(ROWS)
            for number in ARRAYS[:5]:
                cache.put(array_key(number), arrays_of(number))
                check_arrays(cache, mapped=True)
            assert cache.problem is None

    children = [forked(work) for _ in range(4)]
    right = [ended_well(child) for child in children]
    cache = ArrayCache(folder, 10 * BOUND)
    return {"right": right, "entries": (check_arrays(cache, mapped=False), check_rows(cache))}


def full(folder: Path) -> dict[str, object]:
    """On a disk of 4 MB, a part of which something else takes."""
    ballast, cache = folder / "ballast", ArrayCache(folder / "cache", BOUND)
    ballast.write_bytes(bytes(1_000_000))
    cache.put(array_key(0), arrays_of(0, 300))
    cache.put_many(rows_of(range(100)))
    before = cache.problem
    for number in (1, 2):
        cache.put(array_key(number), arrays_of(number))
    for _ in range(3):
        cache.put_many(rows_of(ROWS))
    during = cache.problem
    entries = cache.get(array_key(0)) is not None, check_rows(cache, range(100))
    left = [path.name for path in folder.rglob("*.part")]
    ballast.unlink()
    cache._health._failures = {operation: (said, 0.0) for operation, (said, _) in cache._health._failures.items()}
    cache.put(array_key(1), arrays_of(1, 600))  # the pause after the failures is over
    cache.put_many(rows_of(range(100, 200)))
    after = cache.problem, cache.get(array_key(1)) is not None, check_rows(cache, range(200))
    return {"before": before, "during": during, "entries": entries, "left": left, "after": after}


def small_files(folder: Path) -> dict[str, object]:
    """Where the system refuses files of more than 1 MB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    cache = ArrayCache(folder, BOUND)
    cache.put(array_key(0), arrays_of(0, 300))
    cache.put(array_key(1), arrays_of(1))
    cache.put_many(rows_of(ROWS))
    entries = cache.get(array_key(0)) is not None, cache.get(array_key(1)) is not None, check_rows(cache)
    return {"problem": cache.problem, "entries": entries, "left": [path.name for path in folder.glob("*.part")]}


def read_only(folder: Path) -> dict[str, object]:
    """On a disk that becomes read-only; in a namespace of its own, so nobody else sees it."""
    cache = ArrayCache(folder, BOUND)
    cache.put(array_key(0), arrays_of(0, 300))
    cache.put_many(rows_of(range(100)))
    path = next(folder.glob("*.arrays"))
    path.with_name(f"{array_key(1)}.v1.arrays").write_bytes(path.read_bytes())  # under another's name: damaged
    cache._table._close()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    cache = ArrayCache(folder, BOUND)
    found = cache.get(array_key(0)), cache.get(array_key(0), mapped=True)
    damaged = [cache.get(array_key(1)) for _ in range(3)]
    well = cache.problem
    for number in range(3):
        cache.put(array_key(number), arrays_of(number, 300))
        cache.put_many(rows_of(range(100)))
        check_rows(cache)
    return {"found": [each is not None for each in found], "damaged": damaged, "well": well, "problem": cache.problem}


if __name__ == "__main__":
    _, name, place = sys.argv
    print(json.dumps(globals()[name](Path(place))))

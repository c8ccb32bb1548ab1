"""What the cache's tests write: entries whose content follows from their number, so that readers can tell."""

from pathlib import Path

import numpy as np

from rag_core.cache import ArrayCache, key_of

ARRAYS, ROWS = range(16), range(1200)


def array_key(number):
    return key_of("array", number)


def arrays_of(number, tokens=3000):
    offsets = np.arange(number, number + 2 * tokens, dtype=np.int32).reshape(tokens, 2)
    return {"vectors": np.full((tokens, 384), number, np.float16), "offsets": offsets}


def row_key(number):
    return key_of("row", number)


def row_of(number):
    return (np.arange(384) + 1000 * number).astype(np.float32)


def rows_of(numbers):
    return {row_key(number): row_of(number) for number in numbers}


def check_arrays(cache: ArrayCache, *, mapped: bool) -> int:
    """How many entries are there; an assertion fails if one is wrong."""
    present = 0
    for number in ARRAYS:
        found = cache.get(array_key(number), mapped=mapped)
        if found is not None:
            present += 1
            for name, array in arrays_of(number).items():
                assert found[name].dtype == array.dtype
                assert np.array_equal(found[name], array), number
    return present


def check_rows(cache: ArrayCache, numbers=ROWS) -> int:
    """How many vectors are there; an assertion fails if one is wrong."""
    found = cache.get_many(row_key(number) for number in numbers)
    for number in numbers:
        if (row := found.get(row_key(number))) is not None:
            assert np.array_equal(row, row_of(number)), number
    return len(found)


def bytes_on_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())

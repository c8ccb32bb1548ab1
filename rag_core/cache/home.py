"""Where this program's files of the user lie, and the cache in it that the settings describe."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from rag_core import settings
from rag_core.cache.array_cache import ArrayCache

_GB = 10**9


@lru_cache(maxsize=1)
def default_cache() -> ArrayCache:
    """The process's cache; raises UserError where CHUNKSCOPE_CACHE_GB is invalid."""
    return ArrayCache(home_folder() / "vectors", int(settings.CACHE_GB.read() * _GB))


def home_folder() -> Path:
    """CHUNKSCOPE_HOME, or a folder in the user's cache directory."""
    if home := settings.HOME.read():
        return Path(home).expanduser().absolute()
    from platformdirs import user_cache_path  # 20 ms, for those who need it

    return user_cache_path("chunkscope", appauthor=False)

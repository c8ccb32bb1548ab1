"""One folder on disk for vectors, arrays and texts: bounded, and safe for several processes."""

from rag_core.cache.array_cache import ArrayCache, key_of
from rag_core.cache.home import default_cache, home_folder
from rag_core.cache.text_cache import TextCache

__all__ = ["ArrayCache", "TextCache", "default_cache", "home_folder", "key_of"]

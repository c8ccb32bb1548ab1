"""What was read of single pages, on disk: a page that took seconds or money to read is read once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from rag_core.cache import ArrayCache, TextCache, key_of

_WEIGHT = 0.2  # of the last page in the average time of a page


@dataclass(frozen=True, eq=False)
class PageResults:
    """The results for the pages of one file, as texts. Each is on disk when `put` returns.

    `source_id` is the sha256 of the file. `made_by` is all that a page's result depends on besides: the parser's kind,
    its fields, the versions of its library and models.
    """

    cache: ArrayCache
    source_id: str
    made_by: tuple[str, ...]

    def key(self, page: int) -> str:
        """The key of a page's result in the cache."""
        return key_of("page", self.source_id, page, *self.made_by)

    def get(self, page: int) -> str | None:
        """The result for a page; None if the page has not been read."""
        return TextCache(self.cache).get(self.key(page))

    def get_all(self, pages: Iterable[int]) -> dict[int, str]:
        """The results that exist, by page number."""
        found = {page: self.get(page) for page in pages}
        return {page: result for page, result in found.items() if result is not None}

    def put(self, page: int, result: str, seconds: float) -> None:
        """Store a page's result, and how long the page took."""
        TextCache(self.cache).put(self.key(page), result)
        before = self.seconds_per_page()
        average = seconds if before is None else (1 - _WEIGHT) * before + _WEIGHT * seconds
        TextCache(self.cache).put(self._pace_key, json.dumps(average))

    def seconds_per_page(self) -> float | None:
        """How long a page of any file took on this machine, lately; None if none was ever read."""
        found = TextCache(self.cache).get(self._pace_key)
        return None if found is None else float(json.loads(found))

    @property
    def _pace_key(self) -> str:
        return key_of("seconds per page", *self.made_by)

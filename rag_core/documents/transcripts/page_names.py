"""The numbers of pages in the names of files, such as "page_23.md", "p-23.md", "023.md" and "Page 23.md"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

_NUMBER = re.compile(r"\d+")
_NAMED = re.compile(r"(?<![a-z])(?:pages?|pg|p)[\s_.#-]*(?:no|nr|number)?[\s_.#-]*(\d+)(?!\d)", re.IGNORECASE)
# After the number of a page: the name is one of several pages, such as "pages 23-24".
_ANOTHER = re.compile(r"[\s_.,&+\u2013-]*(?:to|and)?[\s_.-]*(?:pages?|p)?[\s_.-]*\d", re.IGNORECASE)
_ALONE = re.compile(r"[\s_.#-]*(\d+)[\s_.#-]*")
# What counts other things than pages.
_DIVISION = re.compile(
    r"(?:chapter|ch|section|sec|part|appendix|volume|vol|version|ver|v|figure|fig|table|tab|step|draft)[\s_.#-]*\Z",
    re.IGNORECASE,
)


def page_numbers(names: Sequence[str]) -> dict[str, int]:
    """The page of each file whose name tells it; the names are of one set of files.

    A number after "page" or "p", or one that is the whole name, is a page's. Of other names, it is the one in which the
    files of one pattern differ: "llama2_001.md" and "llama2_002.md".
    """
    stems = {name: _stem(name) for name in names}
    found = {name: number for name, stem in stems.items() if (number := _by_itself(stem)) is not None}
    rest = {name: stem for name, stem in stems.items() if name not in found and not _names_a_page(stem)}
    return found | _by_pattern(rest)


def _stem(name: str) -> str:
    base = name.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"\.(?:md|markdown|txt|text)\Z", "", base, flags=re.IGNORECASE)


def _by_itself(stem: str) -> int | None:
    named = list(_NAMED.finditer(stem))
    if len(named) == 1 and not _ANOTHER.match(stem, named[0].end()):
        return int(named[0][1])
    alone = _ALONE.fullmatch(stem)
    return int(alone[1]) if alone and not named else None


def _names_a_page(stem: str) -> bool:
    """Whether a name speaks of pages, without telling one: "pages 23-24"."""
    return bool(_NAMED.search(stem))


def _by_pattern(stems: dict[str, str]) -> dict[str, int]:
    """The numbers in which the names of one pattern differ, where it is one number alone."""
    patterns: defaultdict[str, list[str]] = defaultdict(list)
    for name, stem in stems.items():
        patterns[_NUMBER.sub("#", stem).lower()].append(name)
    found: dict[str, int] = {}
    for names in patterns.values():
        numbers = [[int(number) for number in _NUMBER.findall(stems[name])] for name in names]
        differing = [place for place, column in enumerate(zip(*numbers, strict=True)) if len(set(column)) > 1]
        if len(differing) == 1 and not _counts_others(stems[names[0]], differing[0]):
            found |= {name: row[differing[0]] for name, row in zip(names, numbers, strict=True)}
    return found


def _counts_others(stem: str, place: int) -> bool:
    match = list(_NUMBER.finditer(stem))[place]
    return bool(_DIVISION.search(stem[: match.start()]))

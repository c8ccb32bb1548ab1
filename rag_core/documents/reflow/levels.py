"""The levels of headings, from their numbers and from the sizes in which they are set."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.documents.reflow.candidates import Candidate

_SAME_SIZE = 0.35  # points
_MIN_NUMBERED = 2
_DEEPEST = 6  # as in HTML and Markdown
# They contain the sections that have no number, in whatever size these are set.
_DIVISIONS = ("part", "book", "chapter", "item", "note")
_Look = tuple[int, float, int, int, int]  # sorts from the most prominent look to the least


def levels(headings: Sequence[Candidate]) -> list[int]:
    """The level of each heading, from 1.

    A number says how deep its heading is. Headings without one are as deep as the numbered ones of the same look, or
    else in the order of their looks: by size, then capitals, names such as "Part" and "Item", and weight.
    """
    looks = _looks(headings)
    order = sorted(set(looks))
    numbered = _numbered_levels(headings, looks)
    found: list[int] = []
    for heading, look in zip(headings, looks, strict=True):
        depth = _depth(heading)
        found.append(numbered.get((look, depth)) or _between(look, order, numbered))
    return _depths(found)


def _looks(headings: Sequence[Candidate]) -> list[_Look]:
    sizes = sorted({heading.look.size for heading in headings}, reverse=True)
    ranks: dict[float, float] = {}
    for size in sizes:
        near = [known for known in ranks.values() if abs(known - size) <= _SAME_SIZE]
        ranks[size] = near[-1] if near else size
    return [
        (_division(one), -ranks[one.look.size], not one.look.caps, _named(one), not one.look.bold) for one in headings
    ]


def _division(heading: Candidate) -> int:
    """The rank of a division; after all divisions for another heading."""
    numbering = heading.numbering
    return _DIVISIONS.index(numbering.system) if numbering and numbering.system in _DIVISIONS else len(_DIVISIONS)


def _named(heading: Candidate) -> int:
    order = heading.numbering.named_order if heading.numbering else None
    return 9 if order is None else order


def _depth(heading: Candidate) -> int:
    """How deep a number without a name is; 0 for other headings."""
    numbering = heading.numbering
    return 0 if numbering is None or numbering.named_order is not None else numbering.depth


def _numbered_levels(headings: Sequence[Candidate], looks: Sequence[_Look]) -> dict[tuple[_Look, int], int]:
    """The level of each look and depth of numbers; headings without a number have the depth 0."""
    depths = [_depth(heading) for heading in headings]
    pairs = list(zip(looks, depths, strict=True))
    numbers = sorted((look, depth) for look, depth in pairs if depth)
    if len(numbers) < _MIN_NUMBERED:
        return {}
    first = depths.index(1) if 1 in depths else next(i for i, depth in enumerate(depths) if depth)
    foremost, _ = numbers[0]
    outer = {look for look, depth in pairs[first + 1 :] if depth == 0 and look < foremost}
    base = len(outer)
    found = {(look, depth): base + depth for look, depth in numbers}
    for place, look in enumerate(sorted(outer), 1):
        found[look, 0] = place
    for look, depth in numbers:
        found.setdefault((look, 0), base + depth)  # of the depths of a look, the least comes first
    return found


def _between(look: _Look, order: Sequence[_Look], numbered: dict[tuple[_Look, int], int]) -> int:
    """The level of a look of which no heading has a number: below the next more prominent one that has.

    Where there is none, a title stands beside the numbered headings, and divisions contain them.
    """
    if not numbered:
        return order.index(look) + 1
    above = [level for (other, _), level in numbered.items() if other < look]
    if not above:
        return min(look[0] - len(_DIVISIONS) + 1, 1)
    nearer = {other for other in order if other < look and not any(known == other for known, _ in numbered)}
    inner = max(other for other, _ in numbered if other < look)
    return max(above) + 1 + sum(other > inner for other in nearer)


def _depths(found: Sequence[int]) -> list[int]:
    """The levels as depths: how many headings are open at each, itself included, at most the deepest level there is.

    Ranks of looks have gaps where a look is used nowhere near; the sections are the same.
    """
    open_ones: list[int] = []
    depths = []
    for level in found:
        open_ones = [outer for outer in open_ones if outer < level] + [level]
        depths.append(min(len(open_ones), _DEEPEST))
    return depths

"""What the session's documents are called: the same on every page, for as long as the session lasts."""

from __future__ import annotations

from rag_core.text import labels
from rag_core.ui.shell.library import name_of
from rag_core.ui.shell.session import session


def number_of(key: str) -> int:
    """The number in the document's label, given when its key is first seen.

    It stays: removing one of two documents of one name must not give the other one its label.
    """
    numbers = session().documents.numbers
    if key not in numbers:
        names = [name_of(known) for known in (*numbers, key)]
        numbers[key] = labels.distinct_numbers(names, [*numbers.values(), 1])[-1]
    return numbers[key]


def label_of(key: str) -> str:
    """The document's label, whether it is open or not."""
    return labels.label_of(name_of(key), number_of(key))


def short_label_of(key: str) -> str:
    """The label without the middle of a long name."""
    return labels.label_of(labels.shortened(name_of(key)), number_of(key))

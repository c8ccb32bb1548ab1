"""Notices of strategies on standard error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag_core.cli.progress_line import print_message


def print_notices(of_strategies: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Print each notice once, after the names of the strategies that it is about."""
    names: dict[str, list[str]] = {}
    for name, notices in of_strategies:
        for notice in notices:
            names.setdefault(notice, []).append(name)
    for notice, having_it in names.items():
        print_message(f"{', '.join(having_it)}: {notice}")

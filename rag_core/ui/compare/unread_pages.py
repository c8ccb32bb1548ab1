"""Columns whose parser has pages left to read: what that takes is offered in them, while the others are shown."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.documents.document import Document
from rag_core.pipeline.long_reading import unread
from rag_core.stages.resources import ReadingResources
from rag_core.strategy import Strategy
from rag_core.ui.shell.page_reading import ReadingBox
from rag_core.ui.shell.session import session


def reading_boxes(
    strategies: Sequence[Strategy], opened: Sequence[Document], resources: ReadingResources
) -> dict[int, list[ReadingBox]]:
    """The boxes of the columns that cannot search yet, by their position: one for each file with pages to read."""
    uids = [column.uid for column in session().columns]
    labels = {document.source_id: document.label for document in opened}
    found = {}
    for position, strategy in enumerate(strategies):
        readings = unread(strategy.parser, opened, resources)
        if readings:
            found[position] = [
                ReadingBox(f"{uids[position]}-{number}", labels[reading.source.id], reading)
                for number, reading in enumerate(readings)
            ]
    return found

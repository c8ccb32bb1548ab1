"""Has pages read that take long, such as by OCR, and says before what it takes."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.cli.progress_line import print_message, report_progress
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.parts.parser import Parser
from rag_core.pipeline.long_reading import offer_of, read_now, unread
from rag_core.pipeline.reading_job import PageReading
from rag_core.stages.resources import ParserResources


def read_missing(parser: Parser, documents: Sequence[Document], llm: ChatModel | None, *, confirmed: bool) -> None:
    """Read the pages that a parser has left to read; errors as in `read_confirmed`."""
    for reading in unread(parser, documents, ParserResources(llm)):
        read_confirmed(reading, confirmed=confirmed)


def read_confirmed(reading: PageReading, *, confirmed: bool) -> None:
    """Read the missing pages of one file, with progress on standard error.

    Raises UserError with the time or the cost unless it is confirmed, or needs no confirmation; and where something
    stands in the way.
    """
    offer = offer_of(reading)
    if offer is None:
        return
    if offer.obstacle:
        raise UserError(f"{reading.source.name}: {offer.sentence} {offer.obstacle}")
    if offer.needs_consent and not confirmed:
        raise UserError(f"{reading.source.name}: {offer.sentence} Confirm with --yes.")
    print_message(f"{reading.source.name}: {offer.sentence}")
    read_now(reading, report_progress)

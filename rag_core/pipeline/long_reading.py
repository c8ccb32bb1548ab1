"""Reading pages that take long: what is missing and what it takes, one shared job for all who want the same pages."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from rag_core.cache import key_of
from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.parts.parser import Parser
from rag_core.parts.parser.offer import Offer
from rag_core.pipeline.held_jobs import HeldJobs
from rag_core.pipeline.reading_job import PageReading, ReadingJob
from rag_core.progress import Report, ignore
from rag_core.stages.resources import ReadingResources
from rag_core.stages.source import Source

_jobs: HeldJobs[ReadingJob] = HeldJobs()


def offer_of(reading: PageReading) -> Offer | None:
    """What reading the missing pages takes; None if all are in the cache."""
    return reading.parser.offer(reading.source, reading.resources)


def unread(parser: Parser, documents: Sequence[Document], resources: ReadingResources) -> list[PageReading]:
    """What a parser has to read, after the user's consent, before a column with it can search the documents."""
    paged = parser.paged()
    if paged is None:
        return []
    readings = [
        PageReading(paged, Source.of(document), resources)
        for document in documents
        if parser.applies_to(document) and not parser.has_read(document)
    ]
    return [reading for reading in readings if offer_of(reading) is not None]


def reading_key(reading: PageReading) -> str:
    """Equal for readings that one job serves."""
    parser, source, resources = reading
    return key_of("reading", source.id, parser.model_dump_json(), *parser.made_by(resources), id(resources.cache))


def start_reading(reading: PageReading) -> ReadingJob:
    """Read the missing pages in the background; returns the running job for the same pages if there is one.

    Raises UserError if an obstacle stands in the way.
    """
    offer_of(reading)  # may take a second the first time; nobody else waits for it here
    return _jobs.start(reading_key(reading), lambda: _started(reading))


def reading_job(reading: PageReading) -> ReadingJob | None:
    """The job of any session that is reading these pages, else the last one that ended; None if there was none."""
    return _jobs.get(reading_key(reading))


def hold_reading(reading: PageReading, holder: Hashable) -> None:
    """Have the job go on until the holder releases it; begins again what was left. Returns at once."""
    _jobs.hold(reading_key(reading), holder, lambda: _started(reading))


def release_reading(reading: PageReading, holder: Hashable) -> None:
    """Stop the job, unless another holder waits for it; pages that are read stay."""
    _jobs.release(reading_key(reading), holder)


def read_now(reading: PageReading, report: Report = ignore) -> None:
    """Read the missing pages and wait for them; raises UserError if some could not be read."""
    if offer_of(reading) is None:
        return
    job = start_reading(reading)
    job.wait(report)
    if job.failures:
        page, sentence = job.failures[0]
        count = len(job.failures)
        raise UserError(
            f"{reading.source.name}: {count:,} of {job.total:,} pages could not be read, the first is page {page}: "
            f"{sentence} Start again to retry; pages that are read stay."
        )


def _started(reading: PageReading) -> ReadingJob:
    offer = offer_of(reading)
    if offer is not None and offer.obstacle:
        raise UserError(f"{reading.source.name}: {offer.obstacle}")
    job = ReadingJob(reading, offer.pages if offer else ())
    job.start()
    return job

"""Pages that take long are read once, by one job for all, which can be stopped and continued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag_core import interrupts, open_document, preset
from rag_core.cache import ArrayCache
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.errors import UserError
from rag_core.parts.parser import get_parser
from rag_core.parts.parser.offer import PagesUnread
from rag_core.pipeline.compare import compare
from rag_core.pipeline.long_reading import (
    hold_reading,
    offer_of,
    read_now,
    reading_job,
    release_reading,
    start_reading,
    unread,
)
from rag_core.pipeline.reading_job import PageReading
from rag_core.pipeline.rereading import reread
from rag_core.progress import Progress
from rag_core.stages.resources import ParserResources
from rag_core.stages.source import Source
from tests.fakes.paged_parser import Gate, SlowParser, gates
from tests.waiting import wait_until

DOCUMENT = Document.from_text("one\ntwo\nthree\nfour\n")


@pytest.fixture
def gate() -> Iterator[Gate]:
    gates["gate"] = Gate()
    yield gates["gate"]
    gates.clear()


@pytest.fixture
def reading(gate: Gate, tmp_path: Path) -> PageReading:
    return PageReading(SlowParser(), Source.of(DOCUMENT), ParserResources(cache=ArrayCache(tmp_path, 10**7)))


def in_another_process(reading: PageReading, folder: Path) -> PageReading:
    """The same, with nothing in memory: what is known comes from the disk."""
    return reading._replace(resources=ParserResources(cache=ArrayCache(folder, 10**7)))


def let(gate: Gate, pages: int) -> None:
    for _ in range(pages):
        gate.open.release()


def test_nothing_is_run_before_it_is_wanted(reading: PageReading, gate: Gate) -> None:
    let(gate, 4)
    offer = offer_of(reading)
    assert offer is not None
    assert (offer.pages, offer.total) == ((1, 2, 3, 4), 4)
    with pytest.raises(PagesUnread, match=r"4 of 4 pages would be read.*--yes") as raised:
        reread(DOCUMENT, SlowParser(), reading.resources)
    assert raised.value.offer == offer
    assert gate.read == []
    assert reading_job(reading) is None


def test_a_document_is_assembled_from_its_pages(reading: PageReading, gate: Gate) -> None:
    let(gate, 4)
    read_now(reading)
    assert gate.read == [1, 2, 3, 4]
    document = reread(DOCUMENT, SlowParser(), reading.resources)
    assert document.text == "ONE\nTWO\nTHREE\nFOUR\n"
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert offer_of(reading) is None
    read_now(reading)
    assert gate.read == [1, 2, 3, 4]


def test_stopping_keeps_the_pages_that_are_read(reading: PageReading, gate: Gate, tmp_path: Path) -> None:
    job = start_reading(reading)
    let(gate, 2)
    wait_until(lambda: job.done == 2)
    job.stop()
    assert (job.ended, job.state) == (True, "stopped")
    wait_until(lambda: gate.readers == 0)  # what reads pages is closed
    later = in_another_process(reading, tmp_path)
    offer = offer_of(later)
    assert offer is not None
    assert offer.pages == (3, 4)
    let(gate, 2)
    read_now(later)
    assert gate.read == [1, 2, 3, 4]
    assert reread(DOCUMENT, SlowParser(), later.resources).text == "ONE\nTWO\nTHREE\nFOUR\n"


def test_one_job_serves_all_who_want_the_same(reading: PageReading, gate: Gate) -> None:
    job = start_reading(reading)
    assert start_reading(reading) is job
    assert reading_job(reading) is job
    let(gate, 4)
    wait_until(lambda: job.ended)
    assert gate.read == [1, 2, 3, 4]


def test_jobs_of_different_pages_read_no_page_twice(
    reading: PageReading, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start_reading(reading)
    monkeypatch.setattr(SlowParser, "made_by", lambda *_: ("another job, the same pages",))
    second = start_reading(reading)
    assert second is not first
    let(gate, 4)
    wait_until(lambda: first.ended and second.ended)
    assert sorted(gate.read) == [1, 2, 3, 4]


def test_work_ends_when_nobody_holds_it_and_goes_on_when_somebody_comes_back(reading: PageReading, gate: Gate) -> None:
    job = start_reading(reading)
    hold_reading(reading, "one")
    hold_reading(reading, "two")
    let(gate, 1)
    wait_until(lambda: job.done == 1)
    release_reading(reading, "one")
    assert job.state == "running"
    release_reading(reading, "two")
    assert job.state == "stopped"
    wait_until(lambda: gate.readers == 0)
    hold_reading(reading, "one")
    let(gate, 3)
    wait_until(lambda: offer_of(reading) is None)
    assert gate.read == [1, 2, 3, 4]


def test_a_reading_that_the_user_stopped_does_not_go_on_by_itself(reading: PageReading, gate: Gate) -> None:
    job = start_reading(reading)
    hold_reading(reading, "one")
    job.stop()
    release_reading(reading, "one")
    hold_reading(reading, "one")
    assert reading_job(reading) is job
    assert job.state == "stopped"


def test_a_page_that_fails_costs_no_other(reading: PageReading, gate: Gate) -> None:
    gate.fail = {2}
    let(gate, 4)
    with pytest.raises(UserError, match=r"1 of 4 pages could not be read.*page 2: The page is smudged"):
        read_now(reading)
    assert gate.read == [1, 3, 4]
    offer = offer_of(reading)
    assert offer is not None
    assert offer.pages == (2,)
    gate.fail = set()
    let(gate, 1)
    read_now(reading)
    assert offer_of(reading) is None


def test_a_lost_server_ends_the_job(reading: PageReading, gate: Gate) -> None:
    gate.is_gone = True
    let(gate, 4)
    with pytest.raises(UserError, match="The server is gone"):
        read_now(reading)
    job = reading_job(reading)
    assert job is not None
    assert (job.state, job.done) == ("failed", 0)


def test_progress_names_the_page_and_the_time_left(reading: PageReading, gate: Gate) -> None:
    seen: list[Progress] = []
    job = start_reading(reading)
    assert job.progress().remaining_ms is None
    let(gate, 2)
    wait_until(lambda: job.done == 2)
    assert job.progress().stage == "Reading slowly: page 3 of 4"
    assert job.progress().remaining_ms is not None
    let(gate, 2)
    job.wait(seen.append)
    assert job.progress().share == 1
    assert reading.results.seconds_per_page() is not None


def test_progress_moves_while_models_are_loaded_and_within_a_page(reading: PageReading, gate: Gate) -> None:
    gate.share = None
    job = start_reading(reading)
    wait_until(lambda: job.progress().stage == "Reading slowly: loading its models")
    gate.share = 0.5
    wait_until(lambda: job.progress().stage == "Reading slowly: page 1 of 4")
    assert job.progress().share == 0.5 / 4
    assert job.progress().remaining_ms is not None
    let(gate, 1)
    wait_until(lambda: job.progress().share == 1.5 / 4)
    let(gate, 3)
    wait_until(lambda: job.ended)
    assert job.progress().share == 1


def test_whoever_waits_and_gives_up_stops_the_job(reading: PageReading, gate: Gate) -> None:
    class GivenUp(BaseException):
        pass

    def give_up() -> None:
        raise GivenUp

    interrupts.set_check(give_up)
    try:
        with pytest.raises(GivenUp):
            read_now(reading)
    finally:
        interrupts.set_check(lambda: None)
    job = reading_job(reading)
    assert job is not None
    assert job.state == "stopped"


def test_what_stands_in_the_way_is_said_before_anything_starts(reading: PageReading, gate: Gate) -> None:
    blocked = reading._replace(parser=SlowParser(gate="missing"))
    with pytest.raises(UserError, match="Install it with the command install slow"):
        start_reading(blocked)
    with pytest.raises(UserError, match="Install it with the command install slow"):
        reread(DOCUMENT, SlowParser(gate="missing"), reading.resources)


def test_another_field_or_file_is_another_page(reading: PageReading, gate: Gate) -> None:
    let(gate, 4)
    read_now(reading)
    assert offer_of(reading._replace(parser=SlowParser(gate="other"))) is not None
    assert offer_of(reading._replace(source=replace(reading.source, data=b"one\n2", known_id=""))) is not None


def test_a_parser_knows_what_it_has_to_have_read(reading: PageReading) -> None:
    [found] = unread(SlowParser(), [DOCUMENT], reading.resources)
    assert found.source.id == DOCUMENT.source_id
    assert unread(get_parser("default"), [DOCUMENT], reading.resources) == []


def test_a_column_with_pages_left_to_read_says_so_beside_the_others(
    reading: PageReading, gate: Gate, model_vectors: Vectors
) -> None:
    slow = preset("baseline").model_copy(update={"parser": SlowParser(), "name": "slow"})
    vectors = Vectors(model_vectors.model, reading.resources.cache)
    document = Document.from_text("one line\n")
    reading = reading._replace(source=Source.of(document))
    columns = compare([document], "one?", [slow, preset("baseline")], vectors=vectors).columns
    assert columns[0].hits == []
    assert "1 of 1 pages would be read" in str(columns[0].error)
    assert columns[1].hits
    let(gate, 1)
    read_now(reading)
    columns = compare([document], "one?", [slow, preset("baseline")], vectors=vectors).columns
    assert columns[0].error is None
    assert columns[0].hits[0].text.startswith("ONE")


def test_a_file_is_opened_once_its_pages_may_be_read(gate: Gate) -> None:
    with pytest.raises(PagesUnread):
        open_document(b"uno\ndos\n", name="a.txt", parser=SlowParser())
    let(gate, 2)
    assert open_document(b"uno\ndos\n", name="a.txt", parser=SlowParser(), confirmed=True).text == "UNO\nDOS\n"
    assert open_document(b"uno\ndos\n", name="a.txt", parser=SlowParser()).text == "UNO\nDOS\n"

"""A document's pages are drawn by one process that stays open; what goes wrong in it costs one picture."""

from __future__ import annotations

import io
import os
import signal
import threading

import numpy as np
import pytest
from PIL import Image

from rag_core import open_document
from rag_core.documents import Document
from rag_core.documents.limits import Limits
from rag_core.documents.pictures import MAX_WIDTH, Picture, page_picture
from rag_core.documents.sandbox.page_drawer import PAGE_PROGRAM, PageDrawer
from rag_core.errors import PasswordNeeded, UserError
from tests.documents.odd_pages import FIELD, RECT, odd_page
from tests.documents.pdf_maker import encrypted_pdf, pages_pdf, time_bomb
from tests.waiting import wait_until

PDF = pages_pdf([(72, 80, "The first page")], [(72, 500, "The second page")])


def pixels(picture: Picture) -> np.ndarray:
    image = Image.open(io.BytesIO(picture.data))
    assert image.format == "JPEG"
    assert image.size == (picture.width, picture.height)
    return np.asarray(image.convert("L"))


def process_of(drawer: PageDrawer) -> int:
    return drawer._open._process.pid  # type: ignore[union-attr]


@pytest.fixture
def drawer():
    made = PageDrawer(PDF, "two.pdf", None)
    yield made
    made.retire()


def test_a_picture_is_as_wide_as_was_asked_and_shows_the_page() -> None:
    document = open_document(PDF, name="two.pdf")
    for number, top in ((1, 80), (2, 500)):
        picture = page_picture(document, number, 595)
        assert picture.width == 595
        rows = np.flatnonzero((pixels(picture) < 128).any(axis=1))
        assert top - 12 < rows[0] <= rows[-1] < top + 6
    assert page_picture(document, 1, 10**6).width == MAX_WIDTH


def test_the_process_stays_for_the_next_page(drawer: PageDrawer) -> None:
    drawer.draw(1, 300, Limits())
    first = process_of(drawer)
    drawer.draw(2, 300, Limits())
    assert process_of(drawer) == first


def test_a_process_that_was_killed_is_replaced(drawer: PageDrawer) -> None:
    before = drawer.draw(1, 300, Limits())[1]
    os.kill(process_of(drawer), signal.SIGKILL)
    assert drawer.draw(1, 300, Limits())[1] == before


def test_a_process_ends_when_nobody_asks() -> None:
    drawer = PageDrawer(PDF, "two.pdf", None, idle_s=0.01)
    before = drawer.draw(1, 300, Limits())[1]
    wait_until(lambda: not drawer.is_running)
    assert drawer.draw(1, 300, Limits())[1] == before


def test_a_crash_is_said_and_costs_one_picture() -> None:
    crash = "; import rag_core.documents.pdf.drawing as d; draw = d.OpenPages.draw; import os; "
    crash += "d.OpenPages.draw = lambda pages, number, width: draw(pages, number, width) if number == 1 else os.abort()"
    drawer = PageDrawer(PDF, "two.pdf", None, program=PAGE_PROGRAM.replace("; main()", f"{crash}; main()"))
    before = drawer.draw(1, 300, Limits())[1]
    with pytest.raises(UserError, match=r"two\.pdf could not be read: its parser"):
        drawer.draw(2, 300, Limits())
    assert drawer.draw(1, 300, Limits())[1] == before
    drawer.retire()


@pytest.mark.parametrize("reply", ["b'garbage' * 100", "b'CHNK' + bytes(15) + b'\\x02' + bytes(8) + b'[]'"])
def test_a_process_that_replies_nonsense(reply: str, caplog) -> None:
    program = f"import os, sys; sys.stdin.buffer.read(4); os.write(1, {reply}); raise SystemExit(1)"
    with pytest.raises(UserError, match=r"evil\.pdf could not be read"):
        PageDrawer(PDF, "evil.pdf", None, program=program).draw(1, 300, Limits())
    assert caplog.records


@pytest.mark.timeout(60)
def test_a_page_that_takes_too_long_is_given_up() -> None:
    drawer = PageDrawer(time_bomb(), "bomb.pdf", None)
    with pytest.raises(UserError, match=r"bomb\.pdf timed out after 2\."):
        drawer.draw(1, 300, Limits(seconds=2))
    assert not drawer.is_running


def test_an_encrypted_document_needs_its_password() -> None:
    pdf = encrypted_pdf("Hidden words", user="open")
    document = open_document(pdf, name="a.pdf", password="open")
    assert pixels(page_picture(document, 1, 400)).min() < 128
    drawer = PageDrawer(pdf, "a.pdf", None)
    with pytest.raises(PasswordNeeded, match=r"a\.pdf is encrypted"):
        drawer.draw(1, 400, Limits())
    drawer.retire()


def test_what_fields_say_is_drawn_at_every_width(drawer: PageDrawer) -> None:
    document = open_document(odd_page(FIELD + RECT + b"/FT /Tx /V (Value)"), name="form.pdf")
    start = document.text.index("Value")
    [box] = document.boxes(start, start + 5)[1]
    for width in (600, 1200, 900):
        scale = width / document.pages[0].width  # type: ignore[operator]
        left, top, right, bottom = (round(edge * scale) for edge in box)
        assert pixels(page_picture(document, 1, width))[top:bottom, left:right].min() < 128


def test_threads_may_ask_at_once() -> None:
    document = open_document(pages_pdf(*([(72, 80 + 9 * n, f"Page {n}")] for n in range(12))), name="twelve.pdf")
    found: dict[int, Picture] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: page_picture(document, n, 200)})) for n in range(1, 13)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tops = [int(np.flatnonzero((pixels(found[n]) < 160).any(axis=1))[0]) for n in range(1, 13)]
    assert tops == sorted(set(tops))


def test_what_has_no_picture() -> None:
    with pytest.raises(UserError, match=r"a\.txt is plain text and has no pages to draw"):
        page_picture(Document.from_text("words", "a.txt"), 1, 300)
    with pytest.raises(ValueError, match="has no page 3"):
        page_picture(open_document(PDF, name="two.pdf"), 3, 300)

"""Pages that several processes read are those that one reads, whatever happens to a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from odd_pages import FIELD, RECT, layered, odd_page, with_image, words
from pdf_maker import pages_pdf, prose_lines, raw_pdf, stream
from test_sandbox import gone

from rag_core import open_document
from rag_core.documents import page_processes
from rag_core.documents.limits import Limits
from rag_core.documents.page_processes import each_page, in_processes
from rag_core.documents.page_progress import telling
from rag_core.documents.reading import load_reader
from rag_core.documents.sandbox.wire import pack
from rag_core.errors import UserError
from tests.paths import ROOT
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pages are shared by processes on Linux only")

PDFIUM, LAYOUT = "rag_core.documents.pdf.reading:read", "rag_core.documents.layout.reading:read"
PYPDF, OCR = "rag_core.documents.pdf.pypdf_reading:read", "rag_core.documents.ocr.reading:plan"
HERE = os.getpid()
DATA = ROOT.parent / "shared" / "data"
REAL = [*DATA.glob("papers/llama.pdf"), *DATA.glob("filings/*.pdf"), *DATA.glob("../cases/*.pdf")]


@pytest.fixture
def few_pages_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_processes, "_MIN_PAGES", 1)


def sound(found: object) -> bool:
    return True


def process(index: int) -> int:
    return os.getpid()


def shared(count: int, read: Callable[[int], object], is_sound: Callable[[object], bool] = sound) -> list:
    with in_processes(3):
        return list(each_page(count, read, is_sound))


def odd_pages_pdf(pages: int) -> bytes:
    """Pages with form fields, words that cannot be seen and words outside; one of them without anything but a field."""
    field = RECT + FIELD + b"/FT /Tx /T (a) /V (Field %d)"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] >> >>",
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    kids = []
    for number in range(pages):
        page, content, note = 10 + 3 * number, 11 + 3 * number, 12 + 3 * number
        body = words(b"Words of page %d" % number) + words(b"Unseen %d" % number, before=b"1 g", up=300)
        body += words(b"Outside %d" % number, left=900)
        objects[content] = stream(b"" if number == 4 else body)
        objects[note] = b"<< /Type /Annot /P %d 0 R %s >>" % (page, field % number)
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Annots [%d 0 R] /Resources "
            b"<< /Font << /F1 5 0 R >> >> >>" % (content, note)
        )
        kids.append(b"%d 0 R" % page)
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), pages)
    return raw_pdf(objects)


def test_results_come_in_order_from_all_processes(few_pages_each) -> None:
    found = shared(20, lambda index: (index, os.getpid()))
    assert [index for index, _ in found] == list(range(20))
    assert len({process for _, process in found}) == 3
    assert HERE not in {process for _, process in found}


def test_few_pages_are_read_in_this_process() -> None:
    assert set(shared(30, process)) == {HERE}
    assert len(set(shared(60, process))) == 2


def test_nobody_forks_who_is_not_allowed_to(few_pages_each) -> None:
    assert set(each_page(200, process, bool)) == {HERE}


def test_pages_of_a_process_that_crashes_are_read_here(few_pages_each) -> None:
    def read(index: int) -> tuple[int, bool]:
        if index == 7 and os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGSEGV)
        return index, os.getpid() == HERE

    assert shared(20, read) == [(index, index >= 7) for index in range(20)]


def test_pages_that_are_not_sound_are_read_here(few_pages_each) -> None:
    found = shared(20, lambda index: (index, os.getpid() == HERE), lambda found: found[0] != 5)
    assert found == [(index, index >= 5) for index in range(20)]


@pytest.mark.parametrize("kind", [UserError, MemoryError, ZeroDivisionError])
def test_errors_are_those_of_one_process(few_pages_each, kind: type[Exception]) -> None:
    def read(index: int) -> int:
        if index == 8:
            raise kind("is too long" if kind is UserError else None)
        return index

    with pytest.raises(kind):
        shared(20, read)


def test_results_as_large_as_pipes_are_whole(few_pages_each) -> None:
    assert [len(found) for found in shared(12, lambda index: bytes(3_000_000 + index))] == [
        3_000_000 + index for index in range(12)
    ]


def test_processes_are_gone_when_nobody_wants_more(few_pages_each) -> None:
    with in_processes(2):
        pages = each_page(1000, process, bool)
        found = {next(pages), next(pages)}
        pages.close()
    assert HERE not in found
    for one in found:
        with pytest.raises(ProcessLookupError):
            os.kill(one, 0)


def test_processes_are_gone_when_the_one_that_forked_them_is(tmp_path) -> None:
    program = (
        "import os, sys, time; from rag_core.documents.page_processes import *\n"
        "def read(index): print(os.getpid(), file=sys.stderr, flush=True); time.sleep(600)\n"
        "with in_processes(2): list(each_page(60, read, bool))"
    )
    errors = tmp_path / "errors"
    with errors.open("wb") as stream:
        caller = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=stream)
    wait_until(lambda: len(errors.read_text().split()) == 2)
    caller.kill()
    caller.wait(10)
    assert all(gone(int(process)) for process in errors.read_text().split())


def test_pages_that_take_more_than_their_share_of_memory_are_read_here() -> None:
    program = (
        "import os, resource; from rag_core.documents import page_processes as p\n"
        "taken = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (taken + 1200 * 2**20, resource.RLIM_INFINITY))\n"
        "here = os.getpid()\n"
        "def read(index): return len(bytes((900 if index == 40 else 100) * 2**20)) >> 20, os.getpid() == here\n"
        "with p.in_processes(3): print(list(p.each_page(90, read, bool)))"
    )
    printed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == str([(900 if page == 40 else 100, page >= 40) for page in range(90)])


@pytest.mark.parametrize("place", [PDFIUM, LAYOUT, PYPDF])
def test_the_limit_of_characters_counts_over_all_processes(few_pages_each, place: str) -> None:
    pages = pages_pdf(*[[(72, 80, f"Page {number} has a few words")] for number in range(40)])
    said = []
    for processes in (1, 3):
        with in_processes(processes), pytest.raises(UserError) as caught:
            load_reader(place)(pages, None, Limits(characters=500))
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert "the limit is 500" in said[0]


def replies(place: str, data: bytes, **fields: object) -> list[object]:
    """What a reader replies in one process, and in three; with what it tells of its pages."""
    found: list[object] = []
    for processes in (1, 3):
        told: list[object] = []
        with in_processes(processes), telling(lambda *step, told=told: told.append(step)):
            try:
                found.append((pack(load_reader(place)(data, None, Limits(), **fields)), told))
            except UserError as error:
                found.append(str(error))
    return found


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        (PDFIUM, {}),
        (PDFIUM, {"keep_unseen": True}),
        (LAYOUT, {"drawn_lines": True}),
        (PYPDF, {}),
        (OCR, {"pages": "without_text"}),
    ],
)
@pytest.mark.parametrize(
    "data",
    [
        pages_pdf(*[prose_lines(f"Page {number} goes on and on with its words. " * 20) for number in range(9)]),
        odd_pages_pdf(9),
        odd_pages_pdf(9).replace(b"/Contents 20 0 R", b"/Contents null  "),
        odd_pages_pdf(9).replace(b"16 0 obj\n<< /Type /Page", b"16 0 obj\n<< /Type /Rage"),
        odd_pages_pdf(9).replace(b"21 0 obj\n<< /Type /Annot", b"21 0 obj\n<< /Type    /A "),
        layered(b"11 0 R"),
        odd_page(RECT + FIELD),
        with_image(words(b"Below"), words(b"Above"), b"\x80" * 8),
    ],
)
def test_the_result_is_that_of_one_process(few_pages_each, place: str, fields: dict[str, object], data: bytes) -> None:
    one, several = replies(place, data, **fields)
    assert one == several


@pytest.mark.skipif(not REAL, reason="needs the documents beside the project")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_the_result_of_real_files_is_that_of_one_process(few_pages_each, path: Path) -> None:
    one, several = replies(PDFIUM, path.read_bytes())
    assert one == several


def test_a_long_document_in_the_sandbox() -> None:
    pages = [prose_lines(f"Page {number} goes on with its words. " * 10) for number in range(70)]
    data = pages_pdf(*pages)
    parsed = load_reader(PDFIUM)(data, None, Limits())
    document = open_document(data, name="long.pdf")
    assert document.text == parsed.text
    assert len(document.pages) == 70

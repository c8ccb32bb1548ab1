"""Hostile files and broken child processes cause one message, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from pdf_maker import memory_bomb, pages_pdf, time_bomb

from rag_core import open_document
from rag_core.documents.limits import Limits
from rag_core.documents.sandbox.process import CHILD_PROGRAM
from rag_core.documents.sandbox.run import parse
from rag_core.errors import UserError
from tests.paths import ROOT
from tests.waiting import wait_until

PDFIUM = "rag_core.documents.pdf.reading:read"
GOOD = pages_pdf([(72, 80, "Good words")])
linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")


def children() -> set[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
            found |= {int(pid) for pid in task.read_text().split()}
    return found


@pytest.fixture(autouse=True)
def _nothing_left_behind():
    if not Path("/proc/self/task").exists():
        yield
        return
    before = children()
    yield
    assert children() <= before


def refused(data: bytes) -> str:
    with pytest.raises(UserError) as caught:
        open_document(data, name="evil.pdf")
    assert open_document(b"open before", name="a.txt").text == "open before"
    return str(caught.value)


def refused_with(program: str, *, seconds: float = 60, password: str | None = None) -> str:
    """The message where the child runs another program."""
    with pytest.raises(UserError) as caught:
        parse(PDFIUM, {}, GOOD, "evil.pdf", password, Limits(seconds=seconds), program=program)
    return str(caught.value)


@pytest.mark.timeout(60)  # unlimited, it takes years
def test_a_time_bomb(monkeypatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_PARSE_SECONDS", "2")
    message = refused(time_bomb())
    assert "evil.pdf timed out after 2." in message
    assert "the limit is 2 seconds" in message
    assert "CHUNKSCOPE_PARSE_SECONDS" in message


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces the limit on memory")
def test_a_memory_bomb(monkeypatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_PARSE_MEMORY_MB", "300")
    message = refused(memory_bomb())
    assert "evil.pdf could not be read: its parser ran out of its 300 MB of memory" in message
    assert "CHUNKSCOPE_PARSE_MEMORY_MB" in message


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces the limit on memory")
def test_memory_too_small_to_start(monkeypatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_PARSE_MEMORY_MB", "60")
    assert "ran out of its 60 MB" in refused(GOOD)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed (SIGSEGV)"),
        ("import os; print('corrupted heap', file=__import__('sys').stderr, flush=True); os.abort()", "(SIGABRT)"),
        ("raise SystemExit(3)", "(exit code 3)"),
        ("import sys; sys.stdin.buffer.read(4); print('garbage' * 100)", "crashed"),
        ("import sys, struct; sys.stdout.buffer.write(struct.pack('>4sQQ', b'CHNK', 9, 1 << 60))", "crashed"),
        ("import sys, struct; sys.stdout.buffer.write(struct.pack('>4sQQ', b'CHNK', 2, 0) + b'[]')", "crashed"),
        (
            "import sys, struct; sys.stdout.buffer.write(struct.pack('>4sQQ', b'CHNK', 2, 0) + b'{}')",
            "reply is malformed",
        ),
    ],
)
def test_a_child_that_crashes_or_replies_nonsense(caplog, program: str, words: str) -> None:
    message = refused_with(program)
    assert words in message
    assert "evil.pdf" in message
    assert caplog.records


def test_a_bug_in_the_reader_is_logged_with_its_traceback(caplog) -> None:
    with pytest.raises(UserError, match="its parser failed"):
        parse("rag_core.documents.pdf.page_reading:has_drawing", {}, GOOD, "evil.pdf", None, Limits())
    assert "Traceback" in caplog.text


def test_a_child_that_starts_others_is_killed_with_them(tmp_path) -> None:
    note = tmp_path / "pid"
    program = (
        "import subprocess, sys, time; p = subprocess.Popen(['sleep', '60']); "
        f"open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    assert "timed out" in refused_with(program, seconds=1)
    assert gone(int(note.read_text()))


@pytest.mark.timeout(60)
def test_a_grandchild_that_leaves_the_group_cannot_make_the_caller_wait(tmp_path) -> None:
    note = tmp_path / "pid"
    program = (
        "import subprocess; p = subprocess.Popen(['sleep', '600'], start_new_session=True); "
        f"open({str(note)!r}, 'w').write(str(p.pid))"
    )
    assert "timed out" in refused_with(program, seconds=1)
    os.kill(int(note.read_text()), signal.SIGKILL)


def test_a_child_that_prints_without_end_does_not_block() -> None:
    assert "timed out" in refused_with("import sys\nwhile True: sys.stderr.write('x' * 100000)", seconds=1)


def test_keys_and_passwords_stay_out_of_reach(monkeypatch, caplog) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    program = "import os, sys; sys.stderr.write(repr((os.environ, sys.argv))); raise SystemExit(1)"
    refused_with(program, password="pass-phrase")
    assert "PYTHONPATH" in caplog.text
    assert "sk-secret" not in caplog.text
    assert "pass-phrase" not in caplog.text


def test_the_child_loads_no_heavy_library() -> None:
    loaded = (
        "; main = lambda: print(sorted(sys.modules), file=sys.stderr); import rag_core.documents.pdf.reading; main()"
    )
    program = CHILD_PROGRAM.replace("; main()", loaded)
    result = subprocess.run(
        [sys.executable, "-P", "-c", program, str(ROOT / "rag_core")], capture_output=True, text=True, check=True
    )
    for heavy in ("torch", "llama_index", "streamlit", "pydantic", "PIL"):
        assert f"'{heavy}'" not in result.stderr


def test_many_threads_at_once_and_another_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit('a file in the working folder was imported')")
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(open_document(GOOD, name="a.pdf").text)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == ["Good words"] * 6


@linux
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_caller_dies(tmp_path, how: signal.Signals) -> None:
    bomb = tmp_path / "bomb.pdf"
    bomb.write_bytes(time_bomb())
    program = f"from rag_core import open_document; open_document({str(bomb)!r})"
    caller = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    listing = Path(f"/proc/{caller.pid}/task/{caller.pid}/children")
    wait_until(listing.read_text)
    found = listing.read_text().split()
    time.sleep(0.3)
    caller.send_signal(how)
    caller.wait(10)
    assert gone(int(found[0]))


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process exits in time; a zombie has exited."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False

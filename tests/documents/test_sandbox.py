"""What hostile files and broken children cost: one message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pdf_maker import memory_bomb, pages_pdf, time_bomb

from rag_core.documents import open_document, sandbox
from rag_core.errors import UserError
from tests.paths import ROOT
from tests.waiting import wait_until

GOOD = pages_pdf([(72, 80, "Good words")])
linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")


def children() -> set[int]:
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
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


def refused(data: bytes = GOOD) -> str:
    with pytest.raises(UserError) as caught:
        open_document(data, name="evil.pdf")
    assert open_document(b"open before", name="a.txt").text == "open before"
    return str(caught.value)


@pytest.mark.timeout(60)  # unlimited, it takes years
def test_a_time_bomb(monkeypatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_PARSE_SECONDS", "2")
    message = refused(time_bomb())
    assert "evil.pdf was given up after 2." in message
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
    assert "ran out of its 60 MB" in refused()


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed (SIGSEGV)"),
        ("import os; print('corrupted heap', file=__import__('sys').stderr, flush=True); os.abort()", "(SIGABRT)"),
        ("raise SystemExit(3)", "(exit code 3)"),
        ("import sys; sys.stdin.buffer.read(4); print('garbage' * 100)", "crashed"),
        ("import sys, struct; sys.stdout.buffer.write(struct.pack('>4sQQ', b'CHNK', 9, 1 << 60))", "crashed"),
        ("import sys, struct; sys.stdout.buffer.write(struct.pack('>4sQQ', b'CHNK', 2, 0) + b'[]')", "crashed"),
        ("import sys, struct; sys.stdout.buffer.write(struct.pack('>4sQQ', b'CHNK', 2, 0) + b'{}')", "broken answer"),
    ],
)
def test_a_child_that_dies_or_lies(monkeypatch, caplog, program: str, words: str) -> None:
    monkeypatch.setattr(sandbox, "_START", program)
    message = refused()
    assert words in message
    assert "evil.pdf" in message
    assert caplog.records


def test_a_bug_in_the_parser_is_logged_with_its_traceback(monkeypatch, caplog) -> None:
    breaking = (
        "; import rag_core.documents.parsers.pdfium as p; p.register(p.Parser('pdfium', 'pdf', True, None)); main()"
    )
    monkeypatch.setattr(sandbox, "_START", sandbox._START.replace("; main()", breaking))
    assert "its parser failed" in refused()
    assert "Traceback" in caplog.text


def test_a_child_that_starts_others_takes_them_along(monkeypatch, tmp_path) -> None:
    note = tmp_path / "pid"
    program = (
        "import subprocess, sys, time; p = subprocess.Popen(['sleep', '60']); "
        f"open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    monkeypatch.setattr(sandbox, "_START", program)
    monkeypatch.setenv("CHUNKSCOPE_PARSE_SECONDS", "1")
    assert "given up" in refused()
    assert gone(int(note.read_text()))


@pytest.mark.timeout(60)
def test_a_grandchild_that_flees_cannot_make_the_caller_wait(monkeypatch, tmp_path) -> None:
    note = tmp_path / "pid"
    program = (
        "import subprocess; p = subprocess.Popen(['sleep', '600'], start_new_session=True); "
        f"open({str(note)!r}, 'w').write(str(p.pid))"
    )
    monkeypatch.setattr(sandbox, "_START", program)
    monkeypatch.setenv("CHUNKSCOPE_PARSE_SECONDS", "1")
    assert "given up" in refused()
    os.kill(int(note.read_text()), signal.SIGKILL)


def test_a_child_that_prints_without_end_does_not_block(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "_START", "import sys\nwhile True: sys.stderr.write('x' * 100000)")
    monkeypatch.setenv("CHUNKSCOPE_PARSE_SECONDS", "1")
    assert "given up" in refused()


def test_keys_and_passwords_stay_out_of_reach(monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    program = "import os, sys; sys.stderr.write(repr((os.environ, sys.argv))); raise SystemExit(1)"
    monkeypatch.setattr(sandbox, "_START", program)
    printed: list[str] = []
    monkeypatch.setattr(sandbox.log, "error", lambda *values: printed.append(str(values)))
    with pytest.raises(UserError):
        open_document(GOOD, name="a.pdf", password="pass-phrase")
    assert "PYTHONPATH" in printed[0]
    assert "sk-secret" not in printed[0]
    assert "pass-phrase" not in printed[0]


def test_the_child_loads_no_heavy_library() -> None:
    loaded = "; main = lambda: print(sorted(sys.modules), file=sys.stderr); import rag_core.documents.parsers; main()"
    program = sandbox._START.replace("; main()", loaded)
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
    program = f"from rag_core.documents import open_document; open_document({str(bomb)!r})"
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
    """Whether a process ends in time; one that only waits to be collected counts as ended."""
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

"""Ctrl-C ends a command with exit code 130 and one line, whatever is going on, and leaves no process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.processes import COMMAND
from tests.paths import ROOT

HANDBOOK = "rag_core/sample/handbook.pdf"
COMPARE = ["compare", HANDBOOK, "-q", "What is a chunk?"]


def started(home: Path, command: list[str]) -> subprocess.Popen[str]:
    variables = os.environ | {"CHUNKSCOPE_HOME": str(home)}
    return subprocess.Popen(
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def wait_for_line(process: subprocess.Popen[str], part: str) -> None:
    assert process.stderr is not None
    assert any(part in line for line in process.stderr), "the command has ended"


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Interrupt it as a terminal does, with all processes of its group; returns the lines on standard error."""
    os.killpg(process.pid, signal.SIGINT)
    output, messages = process.communicate(timeout=120)
    assert (process.returncode, output) == (130, "")
    assert "Traceback" not in messages
    return messages.splitlines()


@pytest.mark.parametrize("module", ["argparse", "rag_core.errors", "rag_core.strategy.specs", "rag_core.cli.commands"])
def test_while_it_is_loading(module: str, tmp_path: Path) -> None:
    process = started(tmp_path, [sys.executable, "-X", "importtime", "-m", "rag_core", *COMPARE])
    wait_for_line(process, "rag_core.cli.entry")  # Ctrl-C is answered from here on
    wait_for_line(process, f" {module}\n")
    assert ended(process)[-1] == "Interrupted."


@pytest.mark.parametrize("after_s", [0.0, 1.0, 3.0])
def test_while_it_is_computing(after_s: float, tmp_path: Path) -> None:
    process = started(tmp_path, [*COMMAND, *COMPARE])
    wait_for_line(process, "Loading")
    time.sleep(after_s)
    assert ended(process)[-1] == "Interrupted."


def test_while_a_server_does_not_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = [
            "--embedding-model",
            "openai:m",
            "--embedding-base-url",
            f"http://127.0.0.1:{silent.getsockname()[1]}",
        ]
        process = started(tmp_path, [*COMMAND, *COMPARE, *options])
        silent.accept()
        assert ended(process)[-1] == "Interrupted."


def children(process: subprocess.Popen[str]) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the children of a process are read from /proc")
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_the_parsers_process_ends_too(which: signal.Signals, tmp_path: Path) -> None:
    process = started(tmp_path, [*COMMAND, "parse", HANDBOOK])
    while not (found := children(process)):
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(which)
    _, messages = process.communicate(timeout=120)
    assert (process.returncode, messages) == {
        signal.SIGINT: (130, "Interrupted.\n"),
        signal.SIGTERM: (-signal.SIGTERM, ""),
    }[which]
    give_up_s = time.monotonic() + 60
    while any(map(is_running, found)):
        assert time.monotonic() < give_up_s
        time.sleep(0.05)


def test_in_a_background_job_ctrl_c_is_for_others(tmp_path: Path) -> None:
    command = f"trap '' INT; {' '.join(COMMAND)} parse {HANDBOOK}"
    process = started(tmp_path, ["bash", "-c", command])
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    output, messages = process.communicate(timeout=120)
    said = [line for line in messages.splitlines() if not line.startswith("Reading ")]  # progress, on a slow machine
    assert (process.returncode, said) == (0, [])
    assert len(output) > 10_000

"""Ctrl-C ends a command with exit code 130 and one line, whatever is being computed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

COMPARE = ["compare", "rag_core/sample/handbook.pdf", "-q", "What is a chunk?"]


@pytest.mark.parametrize("stage", ["Loading the tokenizer", "Reading the document"])
def test_ctrl_c_ends_with_130_and_no_traceback(stage: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rag_core", *COMPARE],
        cwd=ROOT,
        env=os.environ | {"CHUNKSCOPE_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to child processes too
    output, messages = process.communicate(timeout=120)
    assert (process.returncode, output, messages.splitlines()[-1]) == (130, "", "Interrupted.")
    assert "Traceback" not in messages

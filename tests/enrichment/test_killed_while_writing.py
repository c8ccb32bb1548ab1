"""A process that writes is killed: what had arrived is there, and is not asked for again."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from rag_core import compare, open_document
from rag_core.pipeline.enrichment import estimate, export_json, status
from tests.enrichment.kill_worker import TEXT
from tests.enrichment.village import strategy_of, vectors_in, wrote
from tests.fakes.fake_model import FakeModel
from tests.paths import ROOT
from tests.waiting import wait_until

STRATEGY = strategy_of(2)


def answered(log: Path) -> list[str]:
    return log.read_text().split() if log.exists() else []


def killed_after(answers: int, folder: Path, log: Path) -> None:
    """The server answers so many calls and then hangs, so that it is known what has arrived."""
    before = len(answered(log))
    command = [sys.executable, "-m", "tests.enrichment.kill_worker", str(folder), str(log), str(answers)]
    child = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_until(lambda: len(answered(log)) >= before + answers or child.poll() is not None)
        assert child.poll() is None
        time.sleep(0.3)
    finally:
        child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def test_no_call_is_repeated(tmp_path):
    folder, log = tmp_path / "cache", tmp_path / "answered.log"
    killed_after(36, folder, log)
    documents, llm, vectors = [open_document(TEXT.encode(), name="big.md")], FakeModel(log=log), vectors_in(folder)
    found = status(STRATEGY, documents, llm, vectors)
    assert (found.texts, found.written) == (60, 36)
    assert estimate(STRATEGY, documents, llm, vectors).calls == 24
    half = compare(documents, "What is said of honeycombs?", [STRATEGY], vectors=vectors, llm=llm).columns[0]
    assert half.counts.entries == 30 + 18 * (1 + 2), "what there is can be used"
    killed_after(10, folder, log)
    job = wrote(STRATEGY, documents, llm, vectors_in(folder))
    assert (job.state, job.total, job.failures) == ("done", 14, [])
    assert len(answered(log)) == len(set(answered(log))) == 60
    nodes = json.loads(export_json(STRATEGY, documents, llm, vectors_in(folder)))
    assert len([entry for entry in nodes.values() if "section_summary" in entry and len(entry) == 5]) == 30

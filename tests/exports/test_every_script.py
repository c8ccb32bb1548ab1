"""The program of every preset, run as a script on a PDF, prints the hits of the preset.

The scripts run one after the other in one process, which imports torch once, as `python SCRIPT DOCUMENT QUESTION` runs
them; one of them runs in a process of its own, and is given the PDF itself. Presets that ask a language model, and the
scripts, ask a server on loopback: the scripts get the replies that it recorded, and an error for any other prompt.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from rag_core import compare, open_document, preset
from rag_core.cli.commands.parse import printed
from rag_core.documents.document import Document
from rag_core.embeddings.vectors import Vectors
from rag_core.exports import llama_index_program
from rag_core.llms.choice import LlmChoice
from rag_core.llms.client import OpenAIChat
from rag_core.pipeline.enrichment import start_writing
from rag_core.strategy import preset_names
from tests.fakes.float32_models import Float32MiniLM
from tests.fakes.openai_server import OpenAIServer
from tests.paths import ROOT

# Not one nearest to a key phrase of two chunks: LlamaIndex orders ties arbitrarily.
QUESTION = "How much overlap do chunks need?"
PAGES = 8  # of the sample: the scripts read each token in float32, with one window at a time
IN_A_PROCESS_OF_ITS_OWN = "query_spans"
RUN_ALL = """\
import io, json, runpy, sys, traceback
from contextlib import redirect_stdout

document, question, *scripts = sys.argv[1:]
found = []
for script in scripts:
    sys.argv[:] = [script, document, question]
    with redirect_stdout(io.StringIO()) as out:
        try:
            runpy.run_path(script, run_name="__main__")
            found.append({"printed": out.getvalue()})
        except Exception:
            found.append({"error": traceback.format_exc()})
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the PDF, what `parse` prints of it, and the script of every preset that has one."""
    folder = tmp_path_factory.mktemp("scripts")
    with pypdfium2.PdfDocument(ROOT / "rag_core/sample/handbook.pdf") as whole, pypdfium2.PdfDocument.new() as part:
        part.import_pages(whole, list(range(PAGES)))
        part.save(folder / "document.pdf")
    (folder / "document.json").write_text(json.dumps(printed(open_document(folder / "document.pdf"))))
    for name in preset_names():
        (folder / f"{name}.py").write_text(llama_index_program(preset(name)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def document(folder: Path) -> Document:
    return open_document(folder / "document.pdf")


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    server = OpenAIServer()
    yield server
    server.end()


@pytest.fixture(scope="module")
def hits(document: Document, server: OpenAIServer) -> dict[str, list[Any]]:
    """What the presets find; the replies of the language model are recorded."""
    # With space for the whole document: of one that does not fit, Chunkscope shows a part where the script shows all.
    choice = LlmChoice("openai-like", "recording", server.base_url, context_tokens=100_000)
    llm, vectors = OpenAIChat(choice, ""), Vectors(Float32MiniLM())
    strategies = [preset(name) for name in preset_names()]
    for strategy in strategies:
        if strategy.reference.written_texts:
            job = start_writing(strategy, [document], llm, vectors)
            job.wait()
            assert job.ended
    columns = compare([document], QUESTION, strategies, vectors=vectors, llm=llm).columns
    assert not [column.error for column in columns if column.error]
    return {column.strategy.name: column.hits for column in columns}


@pytest.fixture(scope="module")
def run(folder: Path, hits: dict[str, list[Any]], server: OpenAIServer) -> dict[str, dict[str, str]]:
    """What each script printed, or its error. Isolated, the interpreter finds no file of the project."""
    (folder / "run_all.py").write_text(RUN_ALL)
    scripts = [f"{name}.py" for name in hits]
    command = [sys.executable, "-I", "run_all.py", "document.json", QUESTION, *scripts]
    done = subprocess.run(command, cwd=folder, env=environment(server), capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return dict(zip(hits, json.loads(done.stdout), strict=True))


def environment(server: OpenAIServer) -> dict[str, str]:
    return {**os.environ, "LLM_MODEL": "recorded", "LLM_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-nobody"}


def assert_same(text: str, hits: list[Any]) -> None:
    found = json.loads(text)
    assert found
    assert [(hit["rank"], hit["text"]) for hit in found] == [(hit.rank, hit.text) for hit in hits]
    scores = [(ours.score, hit["score"]) for ours, hit in zip(hits, found, strict=True)]
    assert [ours is None for ours, _ in scores] == [theirs is None for _, theirs in scores]
    known = [pair for pair in scores if pair[0] is not None]
    assert [theirs for _, theirs in known] == pytest.approx([ours for ours, _ in known], abs=1e-4)


@pytest.mark.parametrize("name", preset_names())
def test_it_prints_the_hits_of_the_preset(
    name: str, run: dict[str, dict[str, str]], hits: dict[str, list[Any]]
) -> None:
    assert run[name].get("error", "") == ""
    assert_same(run[name]["printed"], hits[name])


def test_in_a_process_of_its_own_it_reads_the_pdf(
    folder: Path, hits: dict[str, list[Any]], server: OpenAIServer
) -> None:
    script, pdf = folder / f"{IN_A_PROCESS_OF_ITS_OWN}.py", folder / "document.pdf"
    command = [sys.executable, str(script), str(pdf), QUESTION]
    done = subprocess.run(command, cwd=ROOT, env=environment(server), capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert_same(done.stdout, hits[IN_A_PROCESS_OF_ITS_OWN])


def test_a_model_was_asked_by_the_scripts_of_the_presets_that_need_one(
    run: dict[str, dict[str, str]], server: OpenAIServer
) -> None:
    asked = {noted.body["model"] for noted in server.requests}
    needed = any(preset(name).asks_llm or preset(name).reference.written_texts for name in run)
    assert asked == ({"recording", "recorded"} if needed else set())

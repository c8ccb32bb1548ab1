"""What the README and docs/ say is what the code does: examples run as printed, and what is named exists."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from rag_core.cli.commands import COMMANDS
from tests.docs.all_sections import DOCS, PAGES, README
from tests.paths import ROOT

PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
MEASURED = pytest.mark.parametrize("page", [DOCS / "speed.md", DOCS / "quality.md"], ids=lambda page: page.name)


def python_examples() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def run_unaided(code: str, folder: Path) -> str:
    """What a file with just this code prints, in a process of its own."""
    path = folder / "example.py"
    path.write_text(code, encoding="utf-8")
    # PYTHONPATH stands for the installation; the examples name the sample by its path in the checkout.
    done = subprocess.run(
        [sys.executable, path],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_python_example_runs_as_printed(tmp_path: Path) -> None:
    example = python_examples()[0]
    assert len(example.splitlines()) <= 10
    printed = run_unaided(example, tmp_path)
    assert "baseline" in printed
    assert "chunk_references" in printed


def test_command_line_example_runs_as_printed() -> None:
    text = README.read_text(encoding="utf-8").replace("\\\n", "")
    (command,) = re.findall(r"^    python (-m rag_core .*)", text, re.MULTILINE)
    done = subprocess.run(
        [sys.executable, *shlex.split(command)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "chunk_references: " in done.stdout


def test_example_part_runs_as_printed_and_cuts_at_blank_lines(tmp_path: Path) -> None:
    example = python_examples()[1]
    heads = re.findall(r"^(.+?) .*: ([\d,]+) chunks$", run_unaided(example, tmp_path), re.MULTILINE)
    assert [name for name, _ in heads] == ["sentence", "Paragraph"]
    assert all(int(count.replace(",", "")) > 1 for _, count in heads)
    text = "One.\nStill one.\n \n\tTwo. \n\n\n\nThree"
    check = (
        f"document = open_document({text!r}.encode(), name='note.txt')\n"
        "chunks = strategies[1].chunker.chunk(document, None)\n"
        "assert [document.text[start:end] for start, end in chunks] == ['One.\\nStill one.', 'Two.', 'Three'], chunks\n"
    )
    run_unaided(example + check, tmp_path)


@PAGE
def test_files_and_headings_linked_exist(page: Path) -> None:
    for link in re.findall(r"\]\((?!https://)([^)]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors of a Markdown file's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@PAGE
def test_commands_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w+)(?:`|  +#)", text):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), target
    for module in re.findall(r"-m ((?:rag_core|tests)[\w.]*)", text):
        assert runs(module), module
    for command in re.findall(r"(?:`|^    )(?:chunkscope|python -m rag_core) (\w+)", text, re.MULTILINE):
        assert command in {known.name for known in COMMANDS}, command


def runs(module: str) -> bool:
    """Whether `python -m module` finds something to run."""
    spec = find_spec(module)
    return spec is not None and (spec.submodule_search_locations is None or find_spec(f"{module}.__main__") is not None)


@MEASURED
def test_every_table_of_figures_comes_after_the_command_that_prints_it(page: Path) -> None:
    stretches = list(before_tables(page.read_text(encoding="utf-8")))
    assert stretches
    for stretch in stretches:
        assert re.search(r"`python -m tests\.benchmarks[\w.]*( |`)", stretch), stretch


def before_tables(text: str) -> Iterator[str]:
    """The text between each table and the heading or table before it."""
    stretch = ""
    for block in text.split("\n\n"):
        if block.startswith("|"):
            yield stretch
        stretch = "" if block.startswith(("|", "#")) else f"{stretch}\n{block}"

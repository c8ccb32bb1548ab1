"""What the README says is what the code does."""

import re
import subprocess
import sys
import typing
from collections.abc import Callable

from rag_core import part, preset, program
from rag_core.documents import document
from rag_core.exports.llama_index import llama_index_program
from rag_core.parts.chunker import base
from tests.readme_table import README, with_table


def readme() -> str:
    return README.read_text(encoding="utf-8")


def test_strategies_table_follows_the_registry() -> None:
    assert readme() == with_table(readme()), "run: make docs"


def test_python_example_runs_as_written() -> None:
    example = re.search(r"```python\n(from rag_core import .*?)```", readme(), re.DOTALL)
    assert example is not None
    lines = example.group(1).splitlines()
    assert len(lines) <= 10
    done = subprocess.run(
        [sys.executable, "-c", example.group(1)], cwd=README.parent, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "baseline" in done.stdout


def test_example_part_keeps_the_contract(register_part: Callable[..., type[part.Part]]) -> None:
    code = re.search(r"```python\n(@register.*?)```", readme(), re.DOTALL)
    pattern = re.search(r"`PARAGRAPH = r\"(.*?)\"`", readme())
    assert code is not None
    assert pattern is not None
    names = {name: value for module in (part, program, document, base, typing) for name, value in vars(module).items()}
    exec(
        code.group(1),
        {**names, "register": register_part, "re": re, "PARAGRAPH": pattern.group(1), "__name__": __name__},
    )
    text = "One.\nStill one.\n \n\tTwo. \n\n\n\nThree"
    chunker = preset("baseline:chunker.kind=paragraph").chunker
    chunks = chunker.chunk(document.Document("id", "name", "text", text, ()))
    assert [text[start:end] for start, end in chunks] == ["One.\nStill one.", "Two.", "Three"]
    compile(llama_index_program(preset("baseline:chunker.kind=paragraph")), "program", "exec")


def test_files_linked_exist() -> None:
    for path in re.findall(r"\]\(([^)#]+)\)", readme()):
        assert (README.parent / path).is_file(), path


def test_commands_named_exist() -> None:
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", readme()):
        assert f"\n{target}:" in makefile, target

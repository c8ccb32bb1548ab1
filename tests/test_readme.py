"""What the README says is what the code does."""

import re
import subprocess
import sys

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


def test_commands_named_exist() -> None:
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", readme()):
        assert f"\n{target}:" in makefile, target

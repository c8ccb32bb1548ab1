"""Output that is closed, full or read by nobody ends a command quietly or with one sentence, never with a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.processes import in_shell

NOTE = "Bees dance to tell where flowers are."
FULL = "The output could not be written: No space left on device."
CLOSED = "The output could not be written: standard output is closed."


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(f"{NOTE}\n" * 20_000)  # more than a pipe holds
    return path


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ("$CHUNKSCOPE parse {note} > /dev/full", 2, FULL),
        ("$CHUNKSCOPE parse {note} --json > /dev/full", 2, FULL),
        ("$CHUNKSCOPE --help > /dev/full", 2, FULL),
        ("$CHUNKSCOPE parse {note} >&-", 2, CLOSED),
        ("$CHUNKSCOPE export --strategy baseline --format json >&-", 2, CLOSED),
        ("$CHUNKSCOPE parse {note} 2> /dev/full > /dev/null", 0, ""),
        ("$CHUNKSCOPE parse none.txt 2> /dev/full", 2, ""),
        ("$CHUNKSCOPE parse none.txt 2>&-", 2, ""),
        ("$CHUNKSCOPE parse none.txt 2>&- >&- <&-", 2, ""),
        ("$CHUNKSCOPE parse {note} | head -1; exit ${{PIPESTATUS[0]}}", 0, ""),
        ("$CHUNKSCOPE parse {note} --json 2>&1 | head -c 10; exit ${{PIPESTATUS[0]}}", 0, ""),
    ],
)
def test_a_stream_that_takes_nothing(script: str, code: int, said: str, note: Path, tmp_path: Path) -> None:
    done = in_shell(script.format(note=note), home=tmp_path)
    assert (done.returncode, done.stderr.decode().strip()) == (code, said)
    assert said or b"none.txt" not in done.stdout, "messages do not go to standard output instead"


def test_with_a_closed_standard_error_the_output_is_whole(note: Path, tmp_path: Path) -> None:
    note.write_text(NOTE * 3)
    script = f"$CHUNKSCOPE compare {note} -q bees --strategy baseline 2>&- | grep -c 'via chunk'"
    assert in_shell(script, home=tmp_path).stdout == b"1\n"

"""Only regular files are read, and only up to a limit: documents, strategies, questions and imported sets."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from rag_core import UserError, open_document, preset, read_questions
from rag_core.cli.main import main
from rag_core.documents.files import read_file

READERS: dict[str, Callable[[Path], object]] = {
    "document": open_document,
    "strategy": lambda path: preset(f"@{path}"),
    "questions": read_questions,
}


def pipe(path: Path) -> None:
    os.mkfifo(path)


def socket_file(path: Path) -> None:
    os.chdir(path.parent)  # the address of a socket may have 107 bytes
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


MAKERS: dict[str, Callable[[Path], None]] = {
    "pipe": pipe,
    "socket": socket_file,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "director|folder": Path.mkdir,
}


@pytest.fixture(autouse=True)
def same_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # and back at the end


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path, kind: str, reader: str) -> None:
    MAKERS[kind](path := tmp_path / "input.txt")
    with pytest.raises(UserError, match=kind) as caught:
        READERS[reader](path)
    assert "input.txt" in str(caught.value)


def test_a_set_to_import_is_read_in_the_same_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (note := tmp_path / "note.txt").write_text("Bees dance.")
    os.mkfifo(tmp_path / "set.json")
    assert main(["metadata", str(note), "--import", str(tmp_path / "set.json")]) == 2
    assert "set.json could not be read: it is a pipe" in capsys.readouterr().err


def test_a_link_to_a_regular_file_is_one(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Bees dance.")
    (link := tmp_path / "link.txt").symlink_to("note.txt")
    assert open_document(link).text == "Bees dance."
    link.unlink()
    link.symlink_to("link.txt")
    with pytest.raises(UserError, match="symbolic links"):
        open_document(link)


@pytest.mark.parametrize("reader", READERS)
def test_over_the_limit_the_message_has_the_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setenv("CHUNKSCOPE_MAX_FILE_MB", "1")
    with (path := tmp_path / "large.txt").open("wb") as file:
        file.truncate(1024 * 1024 + 1)
    with pytest.raises(UserError, match=r"large\.txt has 1\.1 MB; the limit is 1 MB\. "):
        READERS[reader](path)


def test_a_file_of_the_limit_is_read(tmp_path: Path) -> None:
    (path := tmp_path / "full.bin").write_bytes(bytes(512 * 1024))
    assert len(read_file(path, "It", 0.5)) == 512 * 1024


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_path(reader: str) -> None:
    with pytest.raises(UserError, match="path is empty"):
        READERS[reader]("")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"name": "baseline", "budget": {"kind": "hits", "min_score": NaN}}', "NaN is no number"),
        (b'{"name": "baseline", "budget": {"kind": "hits", "min_score": -Infinity}}', "Infinity is no number"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"name": ' * 100_000, "nested too deeply"),
        (b'{"name": "caf\xe9"}', "byte 13 is not UTF-8 text"),
        (b"", "is not JSON"),
        (b"[]", "must be a JSON object"),
    ],
)
def test_a_strategy_file_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    (path := tmp_path / "strategy.json").write_bytes(content)
    with pytest.raises(UserError, match=said):
        preset(f"@{path}")


@pytest.mark.parametrize("deep", ["[" * 200_000, '{"questions": ' * 100_000])
def test_questions_that_are_nested_too_deeply(deep: str) -> None:
    with pytest.raises(UserError, match="nested too deeply"):
        read_questions(deep.encode())
    references = json.dumps(deep).replace("\\", "")
    with pytest.raises(UserError, match=r"nested too deeply|not a CSV file"):
        read_questions(f"question,references,corpus_id\nWhat?,{references},bees\n".encode())

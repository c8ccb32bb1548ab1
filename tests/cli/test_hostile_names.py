"""Names of files are bytes: of another encoding, with line breaks or with what a terminal obeys."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from rag_core.cli.main import main
from tests.cli.processes import in_shell

TEXT = "Otters hold hands while they sleep.\n"
NAMES = [
    (b"caf\xe9.txt", r"caf\xe9.txt"),
    (b"\xff\xfe.txt", r"\xff\xfe.txt"),
    (b"a\nb.txt", r"a\nb.txt"),
    (b"red\x1b[31m.txt", r"red\x1b[31m.txt"),
    ("\u202etxt.exe.txt".encode(), r"\u202etxt.exe.txt"),
    ("Größe 文.txt".encode(), "Größe 文.txt"),
    (b"-q.txt", "-q.txt"),
]


def made(folder: Path, name: bytes, text: str = TEXT) -> str:
    path = os.path.join(os.fsencode(folder), name)
    try:
        Path(os.fsdecode(path)).write_text(text, encoding="utf-8")
    except OSError:
        pytest.skip("this file system has no such names")
    return os.fsdecode(path)


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_any_name_is_printed_and_valid_json(tmp_path: Path, capfdbinary, name: bytes, shown: str) -> None:
    path = made(tmp_path, name)
    for arguments in (["parse", path, "--json"], ["compare", path, "-q", "otters", "--strategy", "baseline", "--json"]):
        assert main(arguments) == 0
        printed = capfdbinary.readouterr().out.decode("utf-8")
        assert "\\ud" not in printed
        values = json.loads(printed)
        assert [document["name"] for document in values.get("documents", [values])] == [shown]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_any_name_in_a_message_is_one_line_without_control_characters(
    tmp_path: Path, capfdbinary, name: bytes, shown: str
) -> None:
    empty, missing = made(tmp_path, name, ""), os.fsdecode(os.path.join(os.fsencode(tmp_path), b"no", name))
    questions = ["compare", made(tmp_path, b"n.txt"), "-q", "x", "--strategy", f"@{missing}"]
    for arguments in (["parse", empty], ["parse", missing], questions):
        assert main(arguments) == 2
        (line,) = capfdbinary.readouterr().err.decode("utf-8").splitlines()
        assert shown in line
        assert line.isprintable()


def test_a_strategy_and_questions_in_files_of_such_names(tmp_path: Path, capfdbinary) -> None:
    document, spec = made(tmp_path, b"caf\xe9.txt"), made(tmp_path, b"strat\xe9gie.json")
    assert main(["export", "--strategy", "baseline:budget.hits=1", "--format", "json"]) == 0
    Path(spec).write_bytes(capfdbinary.readouterr().out)
    gold = {"question": "Who holds hands?", "references": [{"content": "Otters", "start_index": 0, "end_index": 6}]}
    listed = {"document": {"name": "caf\udce9.txt"}, "questions": [gold]}
    questions = made(tmp_path, b"donn\xe9es.json", json.dumps(listed))
    assert main(["evaluate", document, "--questions", questions, "--strategy", f"@{spec}", "--json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["strategies"][0]["recall"] == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1:strict", "utf-8"])
def test_the_locale_does_not_matter(tmp_path: Path, encoding: str) -> None:
    made(tmp_path, b"caf\xe9.txt", "Café 文\n")
    script = f"cd {tmp_path}; PYTHONPATH=$OLDPWD $CHUNKSCOPE parse $'caf\\xe9.txt' --json"
    locale = {"LC_ALL": "C", "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = in_shell(script, home=tmp_path, **locale)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8"))["name"] == r"caf\xe9.txt"


@pytest.mark.parametrize("option", ["--question", "--query-prefix", "--strategy", "--embedding-model"])
def test_an_option_that_is_text_must_be_text(tmp_path: Path, capsys, option: str) -> None:
    given = {"--question": "x", "--strategy": "baseline", option: "caf\udce9"}
    arguments = [part for pair in given.items() for part in pair]
    assert main(["compare", made(tmp_path, b"n.txt"), *arguments]) == 2
    assert capsys.readouterr().err == f"{option} has bytes that are not UTF-8 text. Type it again.\n"

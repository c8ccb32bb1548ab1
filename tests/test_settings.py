"""Settings: each is declared once, read when it is used, and refused with its name where it is invalid."""

import ast
import math
from collections.abc import Iterator

import pytest

from rag_core import settings
from rag_core.errors import UserError
from rag_core.settings import Number, Secret, Setting, Text, all_settings
from tests.paths import ROOT

# What libraries are told through the environment, and what the sandbox lets its child have of it.
OTHER_USES = {
    "rag_core/embeddings/__init__.py",
    "rag_core/documents/sandbox/process.py",
}


def test_names_are_unique_and_descriptions_are_there() -> None:
    names = [setting.name for setting in all_settings()]
    assert len(names) == len(set(names)) > 20
    assert all(setting.description[0].isupper() and setting.default_text() != "``" for setting in all_settings())


def test_nothing_else_reads_the_environment() -> None:
    files = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "rag_core").rglob("*.py")]
    reading = {path.relative_to(ROOT).as_posix() for path in files if any(environment_uses(path.read_text("utf-8")))}
    assert reading - OTHER_USES == {"rag_core/settings.py"}


def environment_uses(source: str) -> Iterator[str]:
    names = {"environ", "getenv"}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node.attr
        if isinstance(node, ast.ImportFrom):
            yield from names & {alias.name for alias in node.names}


def test_every_setting_is_used() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "rag_core").rglob("*.py") if path.name != "settings.py"]
    constants = [name for name, value in vars(settings).items() if isinstance(value, Setting)]
    assert [name for name in constants if not any(name in source for source in sources)] == []


@pytest.mark.parametrize("value", [None, "", "  "])
def test_unset_and_empty_mean_the_default(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in all_settings():
        if value is None:
            monkeypatch.delenv(setting.name, raising=False)
        elif not isinstance(setting, Secret):
            monkeypatch.setenv(setting.name, value)
        else:
            monkeypatch.setenv(setting.name, "")
        assert setting.read() == setting.default


def test_a_setting_is_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    setting = Number(name="CHUNKSCOPE_X", default=1.5, description="An x")
    monkeypatch.setenv("CHUNKSCOPE_X", " 2 ")
    assert setting.read() == 2.0
    monkeypatch.setenv("CHUNKSCOPE_X", "3e3")
    assert setting.read() == 3000.0


def test_a_secret_is_taken_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_X", " a b ")
    assert Secret(name="CHUNKSCOPE_X", description="A key").read() == " a b "
    assert Text(name="CHUNKSCOPE_X", description="A text").read() == "a b"


def number(default: float, maximum: float = math.inf, *, above_minimum: bool = False) -> Number[float]:
    return Number(
        name="CHUNKSCOPE_X", default=default, description="An x", maximum=maximum, above_minimum=above_minimum
    )


@pytest.mark.parametrize(
    ("setting", "value", "type_name"),
    [
        (number(1.0), "-1", "number of at least 0"),
        (number(1.0), "inf", "number of at least 0"),
        (number(1.0, above_minimum=True), "0", "number above 0"),
        (number(1.0, above_minimum=True), "x", "number above 0"),
        (number(0.1, maximum=2), "nan", "number from 0 to 2"),
        (number(1, maximum=5000), "1.5", "whole number from 0 to 5,000"),
        (number(1, maximum=5000), "5001", "whole number from 0 to 5,000"),
    ],
)
def test_an_invalid_number_names_variable_and_bounds(
    setting: Number[float], value: str, type_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting.name, value)
    with pytest.raises(UserError) as raised:
        setting.read()
    assert str(raised.value) == f"CHUNKSCOPE_X={value!r} is not a {type_name}. An x."


def test_an_unknown_choice_names_the_valid_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUNKSCOPE_X", "c")
    with pytest.raises(UserError, match=r"CHUNKSCOPE_X='c' is unknown\. Valid: a, b\."):
        Text(name="CHUNKSCOPE_X", description="A letter", choices=("a", "b")).read()

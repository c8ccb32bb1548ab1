"""Every template compiles, escapes what is put into it, and does without nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from jinja2 import UndefinedError, meta

import rag_core.html
from rag_core.html.pieces import empty_html, mark_html, summary_html, waiting_html
from rag_core.html.status import not_loaded_html
from rag_core.html.templating import compile_templates, environment, render
from tests.html.reader import MARKUP, Reader, assert_harmless

FOLDER = Path(rag_core.html.__file__).parent


def source(name: str) -> str:
    return (FOLDER / "templates" / name).read_text(encoding="utf-8")


def test_every_template_compiles_and_names_only_templates_that_are_there() -> None:
    compile_templates()
    names = set(environment().list_templates())
    assert names == {path.name for path in FOLDER.glob("templates/*")}
    for name in names:
        assert set(meta.find_referenced_templates(environment().parse(source(name)))) <= names


def test_no_template_switches_escaping_off() -> None:
    for name in environment().list_templates():
        assert "safe" not in source(name)
        assert "autoescape" not in source(name)


def test_html_is_made_by_templates_only() -> None:
    for path in FOLDER.glob("*.py"):
        texts = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                 if isinstance(node, ast.Constant) and isinstance(node.value, str)]  # fmt: skip
        assert not [text for text in texts if "</" in text or "Markup" in text]


def test_a_missing_value_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError, match="message"):
        render("message")


@pytest.mark.parametrize("draw", [empty_html, summary_html, not_loaded_html])
def test_small_pieces_escape(draw) -> None:
    assert_harmless(draw(MARKUP))
    assert MARKUP in Reader(draw(MARKUP)).text


def test_marks_and_waiting_lines_are_for_the_eye_only() -> None:
    for html in (mark_html(5), waiting_html()):
        assert ("aria-hidden", "true") in Reader(html).attributes
    assert Reader(mark_html(5)).text.strip() == "✚"

"""Everything in a link that cannot be used is named on the page, with what is used instead, and never rendered."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.ui.shell.link import Link
from tests.paths import ROOT

NOBODY = "0123456789abcdef-nobody.txt"


def opened(**parameters: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    for name, value in {"doc": NOBODY, "s": "baseline", **parameters}.items():
        app.query_params[name] = value  # type: ignore[assignment]
    app.run()
    assert not app.exception
    return app


def problems(app: AppTest) -> list[str]:
    return [warning.value.replace("\\", "") for warning in app.warning if "Part of the link" in warning.value]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"utm_source": "mail"}, ["There is no parameter utm_source; it is ignored."]),
        ({"question": "x", "K": "3"}, ["no parameter question", "no parameter K"]),
        ({"q": ["first one", "second"]}, ["q is there 2 times; the first, first one, is used."]),
        ({"k": ""}, ["k has no value; it is ignored."]),
        ({"k": "1.5"}, ["k=1.5 is not a whole number from 1 to 20; each column has its own budget instead."]),
        ({"k": "21"}, ["k=21 is out of range (1 to 20); 20 is used instead."]),
        ({"k": "3", "n": "500"}, ["k=3 and n=500 exclude each other; k=3 is used."]),
        ({"tok": "klingon"}, ["tok=klingon is unknown (valid: cl100k, minilm); cl100k is used instead."]),
        ({"c": "1,x,9"}, ["c=x is not a whole number from 1 to 1", "c=9 is out of range (1 to 1); 1 is used"]),
        ({"d": "-1"}, ["d=-1 is not a whole number from 1 to 1,000; the first is shown instead."]),
        ({"at": "1-0-fit"}, ["at=1-0-fit is no document, page and zoom, such as 1-12-fit; no page is shown."]),
        ({"at": "1-٣-fit"}, ["is no document, page and zoom"]),
        ({"e": "٣"}, ["is not a whole number from 1 to 100,000; the first is shown instead."]),
        ({"s": ["baseline", "best"]}, ["There is no strategy 'best'.", "This column is left out."]),
        (
            {"s": ["@/etc/passwd"]},
            ["s=@/etc/passwd names a file", "None of its columns can be shown; the default ones"],
        ),
        ({"llm": "openai-like", "llm_model": "m"}, ["has no address", "model of the link is not offered."]),
        ({"llm": "acme", "llm_model": "m"}, ["There is no provider 'acme'"]),
        (
            {"llm": "openai", "llm_model": "m", "llm_url": "ftp://x"},
            ["So the language model of the link is not offered."],
        ),
        ({"llm_url": "http://x.example/v1"}, ["There is no provider ''"]),
        ({"llm": "openai", "llm_model": "m", "llm_temperature": "abc"}, ["llm_temperature=abc is not a number from 0"]),
        ({"llm": "openai", "llm_model": "m", "llm_temperature": "nan"}, ["llm_temperature=nan is not a number from 0"]),
        (
            {"llm": "openai", "llm_model": "m", "llm_answer": "-1"},
            ["llm_answer=-1 is not", "is not offered."],
        ),
        ({"llm_context": "1e3"}, ["llm_context=1e3 is not a whole number"]),
        (
            {"model": "openai:m", "model_url": "nowhere"},
            ["model_url=nowhere: ", "The model that this session uses stays."],
        ),
        ({"model_url": "http://x.example/v1"}, ["model_url=http://x.example/v1: it is without a model of a server."]),
    ],
)
def test_what_is_unusable_is_named(parameters: dict[str, object], named: list[str]) -> None:
    said = problems(opened(**parameters))
    for words in named:
        assert any(words in problem for problem in said), said


def test_a_link_without_problems_has_none() -> None:
    assert not problems(opened(q="What?", k="3", tok="minilm", c="1", d="2", e="3", at="2-17-150"))


def test_markup_and_control_characters_of_a_link_are_shown_as_they_are() -> None:
    hostile = "![x](http://evil.example/x.png)<img src=x>\x1b[31m\n# Title"
    app = opened(tok=hostile, **{hostile: "1"})
    (warning,) = app.warning
    assert not re.search(r"(?<!\\)[!<\[]", warning.value)
    assert "\x1b" not in warning.value
    assert [line[:2] for line in warning.value.splitlines()] == ["Pa", "- ", "- "]


def test_what_is_unusable_is_in_one_box_and_no_word_of_it_is_lost() -> None:
    app = opened(k="abc", n="0", tok="klingon", utm="x", s=["best", "baseline:chunker.chunk_tokens=many"])
    (said,) = problems(app)
    first, *items = said.splitlines()
    assert first == "Part of the link could not be used:"
    words = (
        "utm",
        "'best'",
        "chunk_tokens='many': it is not a whole number.",
        "None of its",
        "klingon",
        "k=abc",
        "n=0",
    )
    assert len(items) == len(words)
    for item, named in zip(items, words, strict=True):
        assert item.startswith("- ")
        assert named in item


def test_files_that_are_not_open_are_asked_for_in_one_box() -> None:
    app = opened(doc=[NOBODY, f"{'1' * 16}-[b].pdf", f"{'2' * 16}-c.pdf"])
    (asked,) = [info.value.replace("\\", "") for info in app.info]
    names = ["**nobody.txt**", "**[b].pdf**", "**c.pdf**"]
    assert asked.startswith(f"This view shows {names[0]}, {names[1]} and {names[2]}, which are no longer open.")


def test_a_long_value_is_not_shown_whole() -> None:
    link = Link({"tok": ("a" * 10_000,), "b" * 10_000: ("",)})
    link.choice("tok", ["cl100k"], "cl100k")
    link.only(["tok"])
    assert all(len(problem) < 200 and "…" in problem for problem in link.problems)
    assert len(link.problems) == 2


def test_a_number_outside_its_bounds_is_none() -> None:
    for text in ("3", "-0.1", "inf", "1e999", "0,5", "0x1"):
        link = Link({"t": (text,)})
        assert (link.real("t", (0, 2), "0.1 is used"), len(link.problems)) == (None, 1)
    assert Link({"t": ("1.5",)}).real("t", (0, 2), "0.1 is used") == 1.5

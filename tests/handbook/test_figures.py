"""Every part is explained in the handbook and visible in a figure, and the figures show what the parts do now."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from rag_core.part import slots
from rag_core.parts import SLOTS
from tests.paths import ROOT

HANDBOOK = ROOT / "handbook"
# Explained before section 1.3.
PARSERS = {"default", "text", "pdfium", "pypdf", "layout", "ocr", "vision", "transcript"}
# No figure of this text: these read pictures, and need an optional package, a model that sees, or its output.
NOT_DRAWN = {("parser", "ocr"), ("parser", "vision"), ("parser", "transcript")}
# What the text calls kinds whose names are not words of it.
NAMES = {
    "characters": "character chunker",
    "children": "child chunks",
    "bm25": "sparse search",
    "score_share": "share of the best score",
}
SCORES = 0.02  # by which cosine similarities may differ between processors


@pytest.fixture(scope="module")
def source() -> str:
    return (HANDBOOK / "handbook.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HANDBOOK / "figures.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `build_figures.py` measures now, with the recorded replies."""
    target = tmp_path_factory.mktemp("figures") / "figures.json"
    subprocess.run([sys.executable, str(HANDBOOK / "build_figures.py"), str(target)], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return found


def built_in() -> set[tuple[str, str]]:
    """The kinds that the project itself registers, not those of tests."""
    found = set()
    for slot in slots():
        for kind, part in slot.kinds.items().items():
            if part.__module__.startswith("rag_core."):
                found.add((slot.name, kind))
    return found


def named(kind: str) -> str:
    return kind.replace("_", " ")


def test_the_table_of_parts_has_every_kind_of_every_slot(source: str) -> None:
    table = re.findall(r"^\| (\w+) \| (.+) \|$", source.partition("**Table 1.**")[2], re.MULTILINE)
    rows = dict(table[1 : len(SLOTS) + 1])  # the first is the head
    listed = {slot: row.lower().split(" | ")[1].split(", ") for slot, row in rows.items()}
    assert [name.lower() for name in rows] == list(SLOTS)
    for slot, kind in built_in():
        words = {named(kind), named(kind).replace(" ", "-")}
        assert words & set(listed[slot.capitalize()]), (slot, kind)
    assert sum(map(len, listed.values())) == len(built_in())


def test_every_kind_is_named_in_italics_or_in_a_heading_where_it_is_explained(source: str) -> None:
    body = source.partition("### 1.3 ")[2].partition("## 16 Glossary")[0]
    in_italics = re.findall(r"\*([^*]+)\*", re.sub(r"\*\*[^*]+\*\*", "", body))
    headings = re.findall(r"^###? [\d.]+ (.+)$", body, re.MULTILINE)
    explained = " | ".join(" ".join(re.findall(r"\w+", words.lower())) for words in [*in_italics, *headings])
    names = {kind: NAMES.get(kind, kind.replace("_", " ")) for _, kind in built_in()}
    assert {kind for kind, name in names.items() if not re.search(rf"\b{name}\b", explained)} == PARSERS


def test_every_part_is_visible_in_a_figure(figures: dict[str, Any]) -> None:
    shown = {
        (slot, kind) for data in figures.values() for slot, kinds in data.get("parts", {}).items() for kind in kinds
    }
    assert shown == built_in() - NOT_DRAWN


def test_figures_are_numbered_drawn_once_and_referred_to(source: str, figures: dict[str, Any]) -> None:
    drawn = re.findall(r"<!-- figure: (\w+) -->\n\n\*\*Figure (\d)\.\*\*", source)
    assert [int(number) for _, number in drawn] == list(range(1, len(drawn) + 1))
    assert {name for name, _ in drawn} == {name for name, data in figures.items() if "parts" in data}
    body = re.sub(r"^\*\*Figure \d\.\*\*.+?\n\n", "", source, flags=re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"Figure (\d)", body)) == {number for _, number in drawn}


def test_the_figures_are_those_of_the_chapter_as_it_is(figures: dict[str, Any], measured: dict[str, Any]) -> None:
    assert figures["chapter"] == measured["chapter"]
    assert figures["parsers"] == measured["parsers"]
    assert figures["answers"] == measured["answers"]
    by_rule = ["sentence", "token", "recursive", "characters", "page", "markdown", "atoms"]
    assert figures["cuts"]["windows"] == measured["cuts"]["windows"]
    for kind in by_rule:
        assert figures["cuts"]["rows"][kind] == measured["cuts"]["rows"][kind], kind
    assert all(figures[name]["parts"] == measured[name]["parts"] for name in figures if name != "chapter")


@pytest.mark.parametrize("kind", ["dense", "bm25"])
def test_the_scores_are_those_of_the_search_as_it_is(kind: str, figures: Any, measured: Any) -> None:
    drawn, found = (data["searches"]["rows"][kind]["scores"] for data in (figures, measured))
    assert [score[:2] for score in drawn] == [score[:2] for score in found]
    assert [score[2] for score in drawn] == pytest.approx([score[2] for score in found], abs=SCORES)


def test_what_the_model_is_said_to_have_written_was_written(source: str, figures: dict[str, Any]) -> None:
    section = source.partition("### 6.4 ")[2].partition("### 6.5 ")[0]
    quoted = [" ".join(quote.replace("> ", "").split()) for quote in re.findall(r"(?:^> .+\n)+", section, re.MULTILINE)]
    written = [" ".join(text.split()) for texts in figures["queries"]["queries"].values() for text in texts]
    assert len(quoted) == 2
    for quote in quoted:
        assert any(quote in text for text in written), quote

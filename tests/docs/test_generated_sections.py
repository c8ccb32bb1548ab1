"""The generated sections of the documentation are up to date, and the drawing shows the layers of the contracts."""

import pytest

from tests.docs.all_sections import DOCS, SECTIONS
from tests.docs.layers import layers
from tests.docs.sections import Section
from tests.paths import ROOT

PACKAGE = ROOT / "rag_core"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.path.name}: {section.name}")
def test_a_section_is_what_the_code_says(section: Section) -> None:
    text = section.path.read_text(encoding="utf-8")
    assert text == section.updated(text), "run: make docs"


def test_every_module_is_drawn_and_described() -> None:
    found = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    drawn = {name for names in layers() for name in names}
    assert found - {"__init__", "__main__"} == drawn
    described = (DOCS / "architecture.md").read_text(encoding="utf-8").partition("| module |")[2].partition("\n\n")[0]
    assert [name for name in drawn if f"`{name}`" not in described] == []


def test_at_most_eight_modules_stand_directly_in_the_package() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 8

"""The section path of every position of a document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents import Document
from rag_core.documents.sections import section_path, section_paths

TEXT = "Before.\n\n# One\n\nFirst.\n\n#### Deep\n\nDeep words.\n\n## Two\n## Three\n\nThird.\n\n##\n\n# Last\n"


def path(document: Document, position: int) -> list[str]:
    return [document.text[slice(*span)] for span in section_path(document, position)]


def test_a_position_is_under_the_headings_that_are_open_there() -> None:
    document = Document.from_text(TEXT)
    expected = {
        "Before": [],
        "# One": ["One"],
        "First": ["One"],
        "#### Deep": ["One", "Deep"],
        "Deep words": ["One", "Deep"],
        "## Two": ["One", "Two"],
        "## Three": ["One", "Three"],
        "Third": ["One", "Three"],
        "# Last": ["Last"],
    }
    assert {words: path(document, TEXT.index(words)) for words in expected} == expected
    assert path(document, len(TEXT)) == ["Last"]


def test_a_document_without_headings_has_empty_paths() -> None:
    assert section_path(Document.from_text("Words only."), 3) == ()
    assert section_paths(Document.from_text(""), []) == []


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=12))
def test_paths_are_those_of_a_walk_through_the_text(parts: list[tuple[int, bool]]) -> None:
    text = "".join(f"{'#' * level} h{i}\n\n" if level else f"words {i}\n\n" for i, (level, _) in enumerate(parts))
    document = Document.from_text(text)
    expected, open_ones = [], []
    for i, (level, _) in enumerate(parts):
        if level:
            open_ones = [one for one in open_ones if one[0] < level] + [(level, f"h{i}")]
        expected.append([name for _, name in open_ones])
    starts = [text.index(f"h{i}" if level else f"words {i}") for i, (level, _) in enumerate(parts)]
    found = section_paths(document, starts)
    assert [[text[slice(*span)] for span in one] for one in found] == expected

"""Headings, list items, pipe tables and captions of Markdown, with exact offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents import Document
from rag_core.documents.markup.blocks import text_blocks

TEXT = """---
title: not a heading
---
# Report ##

Words.

Setext of
two lines
=========

```python
# a comment
```

    # code too

- one
- two
  goes on

  1. nested

| a | b |
|---|---|
| 1 | 2 |

**Table 1:** Its caption.

### C# ###

> # quoted

#hashtag, and no heading

##

Small
-----
"""
FOUND = [
    ("heading", 1, "Report"),
    ("heading", 1, "Setext of\ntwo lines"),
    ("list_item", None, "- one"),
    ("list_item", None, "- two\n  goes on\n\n  1. nested"),
    ("list_item", None, "1. nested"),
    ("table", None, "| a | b |\n|---|---|\n| 1 | 2 |"),
    ("caption", None, "**Table 1:** Its caption."),
    ("heading", 3, "C#"),
    ("heading", 2, "Small"),
]


def seen(text: str) -> list[tuple[str, int | None, str]]:
    return [(block.kind, block.level, text[slice(*block.span)]) for block in text_blocks(text)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_blocks_of_markdown_have_exact_spans(line_end: str) -> None:
    found = seen(TEXT.replace("\n", line_end))
    assert found == [(kind, level, words.replace("\n", line_end)) for kind, level, words in FOUND]


def test_a_document_from_text_has_its_blocks() -> None:
    text = "# A\n\nWords.\n\n## B\n"
    assert Document.from_text(text).blocks == text_blocks(text) != ()


def test_comments_of_a_program_are_no_headings() -> None:
    script = "# Copyright 2020\n# All rights reserved\n#\n# Licensed under X\nimport os\n# one more\nos.sep\n"
    assert not [kind for kind, _, _ in seen(script) if kind == "heading"]


def test_headings_between_equal_signs_have_the_level_of_their_number() -> None:
    text = " = Village = \n\n a = b \n\n = = Mill = = \n\n Words of the mill . \n\n== Roof ==\r\nWords = 3\n"
    assert seen(text) == [("heading", 1, "Village"), ("heading", 2, "Mill"), ("heading", 2, "Roof")]


BODY = "\n\nSome words about what the heading of the section says it is about.\n\n"


def test_lines_that_count_the_sections_are_headings() -> None:
    text = BODY.join(["", "1. Introduction", "1.1 Terms", "1.2 Other terms", "2. Method", "The end"])
    assert seen(text) == [
        ("heading", 1, "1. Introduction"),
        ("heading", 2, "1.1 Terms"),
        ("heading", 2, "1.2 Other terms"),
        ("heading", 1, "2. Method"),
    ]


def test_chapters_have_their_place_above_numbers() -> None:
    text = BODY.join(["", "Chapter 1 The mill", "1 Wheels", "Chapter 2", "Chapter III. The roof", "End"])
    levels = [(level, words) for _, level, words in seen(text)]
    assert levels == [(1, "Chapter 1 The mill"), (2, "1 Wheels"), (1, "Chapter 2"), (1, "Chapter III. The roof")]


@pytest.mark.parametrize(
    "text",
    [
        BODY.join(["", "3 apples were eaten", "7 pears were not", "9 Plums", "End"]),
        "1. Get milk\n\n2. Get bread\n\n3. Go home\n\n4. Eat\n",
        BODY.join(["", "1999 was a year", "2000 was too", "2001 came", ""]),
        BODY.join(["", "1. This is a whole sentence.", "2. So is this.", "3. And this is one.", ""]),
        "Introduction ........ 1\n\n1. Method ...... 2\n",
    ],
)
def test_numbers_that_count_no_sections_make_no_headings(text: str) -> None:
    assert not [words for kind, _, words in seen(text) if kind == "heading"]


@given(st.text(alphabet=st.sampled_from("#=-*>| \t\r\n1.aB`~&\u00e9\u6f22\U0001f600"), max_size=200))
def test_any_text_gives_blocks_within_it_in_order(text: str) -> None:
    blocks = text_blocks(text)
    assert [block.span.start for block in blocks] == sorted(block.span.start for block in blocks)
    for block in blocks:
        assert 0 <= block.span.start < block.span.end <= len(text)
        words = text[slice(*block.span)]
        assert words == words.strip()
        assert (block.level is not None) == (block.kind == "heading")

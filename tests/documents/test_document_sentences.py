"""The sentences of a document, whose parser decides what a line break means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rag_core.documents.sentences import sentences, truncate_to_tokens
from rag_core.geometry import Span

TEXT = "A line\nand another. The rest."


@pytest.mark.parametrize(
    ("has_boxes", "expected"),
    [(False, ["A line\nand another.", "The rest."]), (True, ["A line", "and another.", "The rest."])],
)
def test_line_breaks_end_sentences_where_the_parser_joined_lines(text_document, has_boxes, expected) -> None:
    boxes = np.full((len(TEXT), 4), np.nan, np.float32) if has_boxes else None
    document = replace(text_document(TEXT), char_boxes=boxes)
    assert [TEXT[start:end] for start, end in sentences(document, Span(0, len(TEXT)))] == expected
    within_ten = truncate_to_tokens(document, Span(0, len(TEXT)), 10, len, at_any_word=False)
    assert within_ten == (Span(0, 6) if has_boxes else None)

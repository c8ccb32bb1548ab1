"""Words without spaces between them are found by their letters; compounds, names and addresses are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.text.glued_words import glued_words


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in glued_words(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    "glued",
    ["AsLLMsareintegratedanddeployed", "of0.1", "thesafetyofthemodel", "Weobserveearlyinthedevelopmentof"],
)
def test_glued_words_are_found(glued: str) -> None:
    assert found(f"We see {glued} here.") == [glued]


@pytest.mark.parametrize(
    "text",
    [
        "disproportionately", "Donaudampfschifffahrtsgesellschaft", "SuperGLUE and PyTorch", "dimethylaminopropylamine",
        "https://example.org/thelistofthewords", "CH3CH2OH", "GPT2", "B2B", "internationalization", "in 1995",
        "McDonald",
        "Kraftfahrzeughaftpflichtversicherung", "pseudopseudohypoparathyroidism", "CommonsenseQA", "thethe@example.com",
    ],
)  # fmt: skip
def test_other_words_are_not(text: str) -> None:
    assert found(text) == []


@given(st.text(max_size=200))
def test_whatever_is_found_is_in_the_text_in_order(text: str) -> None:
    spans = list(glued_words(text, Span(0, len(text))))
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(text) for start, end in spans)


def test_the_text_layer_of_two_pages_has_them(shared_data: Path) -> None:
    text = (shared_data / "vision" / "text_layer_pages_23_24.txt").read_text(encoding="utf-8")
    glued = found(text)
    assert "AsLLMsareintegratedanddeployed" in glued
    assert len(glued) > 20

"""What tokenizers promise to the chunkers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.tokenizers import get_tokenizer, tokenizer_names
from rag_core.tokenizers.cl100k import token_offsets

ODD = "ab 1.'\n\t\r\x00\x1c\x1d\x1f\x85\u00a0\u2003\u200b\u2028\u3000\ufeff好🙂é"


@pytest.mark.parametrize("name", tokenizer_names())
def test_a_text_has_at_least_as_many_tokens_as_are_promised(name: str) -> None:
    tokenizer = get_tokenizer(name)

    @given(st.one_of(st.text(), st.text(alphabet=ODD)))
    def check(text: str) -> None:
        assert tokenizer.least(text) <= tokenizer.count(text)

    check()


def test_any_character_between_two_others_keeps_the_promise() -> None:
    tokenizer = get_tokenizer("cl100k")
    for code in range(0x3100):
        for text in (f"a{chr(code)}b", f".{chr(code)}.", f"1{chr(code)}1", f"a{chr(code)}{chr(code)}b"):
            assert tokenizer.least(text) <= tokenizer.count(text), hex(code)


def test_words_are_counted_where_it_is_safe() -> None:
    assert get_tokenizer("cl100k").least("three short words") == 3


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_tokens_begin_where_they_are_said_to(text: str) -> None:
    ids, starts = token_offsets(text)
    assert len(ids) == len(starts) == get_tokenizer("cl100k").count(text)
    assert list(starts) == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)

"""What tokenizers promise to the chunkers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core.text.tokenizers import SpanCounts, Tokenizer, get_tokenizer, tokenizer_names
from rag_core.text.tokenizers.cl100k import token_offsets

ODD = "ab 1.'\n\t\r\x00\x1c\x1d\x1f\x85\u00a0\u2003\u200b\u2028\u3000\ufeff好🙂é\u0301\u03a3"
WORDS = ["a", "B.", "1234", "it's", "<|endoftext|>", "[MASK]", "[", "好", "\ufb01", "x" * 120, "?!\n", "\u0301"]
WORDS += [" ", " ", "  ", "\n", " \n ", "\u00a0", "\x1f", "\r\n", ""]
TEXTS = st.text() | st.text(alphabet=ODD) | st.lists(st.sampled_from(WORDS)).map("".join)


@pytest.mark.parametrize("name", tokenizer_names())
def test_spans_have_the_tokens_of_their_texts_alone(name: str) -> None:
    tokenizer = get_tokenizer(name)
    texts = TEXTS if name == "minilm" else TEXTS | st.text(alphabet="\ud800\udc00 a")  # word pieces take no surrogates

    @given(texts, st.integers(0, 99), st.integers(0, 99))
    @settings(max_examples=300)
    def check(text: str, start: int, length: int) -> None:
        start = min(start, len(text))
        end = min(start + length, len(text))
        assert SpanCounts(text, tokenizer, min_summed=0).count(start, end) == tokenizer.count(text[start:end])

    check()


def test_spans_before_a_space_have_them_too() -> None:
    tokenizer = get_tokenizer("cl100k")
    for code in range(0x3100):
        for text in (f"a{chr(code)} b", f". {chr(code)} .", f"1{chr(code)} {chr(code)} 1", f"{chr(code)} \n\n a"):
            assert SpanCounts(text, tokenizer, min_summed=0).count(0, len(text)) == tokenizer.count(text), hex(code)


def test_a_long_text_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Otters hold hands while they sleep, so that none drifts away. " * 2000
    real, counted = get_tokenizer("cl100k"), []
    tokenizer = real._replace(count=lambda part: counted.append(len(part)) or real.count(part))
    counts = SpanCounts(text, tokenizer)
    assert counts.count(5, len(text) - 5) == real.count(text[5:-5])
    del counted[:]
    assert counts.count(70_001, 90_001) == real.count(text[70_001:90_001])
    assert sum(counted) < 100


def test_nothing_is_summed_where_tokens_may_cross_spaces() -> None:
    pairs = Tokenizer("pairs", "", lambda text: len(text) // 2, ends_at_spaces=False)
    assert SpanCounts("a b " * 500, pairs).count(1, 1400) == 699


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_token_offsets(text: str) -> None:
    ids, starts = token_offsets(text)
    assert len(ids) == len(starts) == get_tokenizer("cl100k").count(text)
    assert list(starts) == sorted(starts)
    assert all(0 <= start < len(text) for start in starts)

"""Sentence starts of a part that are reused from the whole text equal those that Punkt finds in the part alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag_core import open_document
from rag_core.parts.chunker import sentence_starts as module
from rag_core.parts.chunker.sentence_starts import sentence_starts

WORDS = [
    *("'", "»", '..."', "--No", 'x.)"', "e.\x85", "A.\u00a0B."),
    *("a", "The", "cat", "U.S.", "Mr.", "e.g.", "1.", "2.5", '"', "'", ")", "(", "?", "!", ".", "...", "?!", "--"),
    *('Yes."', '"No"', "end.", "end.)", "B.", "It", "”", "。", "好", "[1]", "}", "*", ":", "@", "it's", "end.''", "!)"),
]
SPACES = [" ", " ", "  ", "\n", "\n\n", "", "\t", "\r\n", "\n\n\n", "\u00a0", "\u2003", "\x0b", "\x1c"]
TEXTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SPACES)), min_size=1, max_size=60)


def assert_parts_agree(text: str, rng: random.Random, parts: int) -> None:
    starts = module._of_part(text, 0, len(text))
    for start in rng.sample(starts, min(parts, len(starts))):
        end = rng.randint(start + 1, len(text))
        end = start + len(text[start:end].rstrip())
        assert sentence_starts(text, start, end) == module._of_part(text, start, end), text[start:end]


def test_in_text_full_of_stops_and_quotes() -> None:
    @given(TEXTS, st.integers(0, 2**32))
    def check(pairs: list[tuple[str, str]], seed: int) -> None:
        text = "".join(word + space for word, space in pairs)
        if text.strip():
            assert_parts_agree(text, random.Random(seed), 5)

    check()


@given(TEXTS, st.integers(0, 2**32))
@settings(max_examples=500)
def test_in_any_part(pairs: list[tuple[str, str]], seed: int) -> None:
    text = "".join(word + space for word, space in pairs)
    rng = random.Random(seed)
    for _ in range(20):
        start, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        assert sentence_starts(text, start, end) == module._of_part(text, start, end), text[start:end]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('"Go!" Then. :\x1cx.)" No.', ":\x1cx."),
        ("\x0b!\u2028.\u00a0) No.", "!\u2028.\u00a0)"),
        ("It ends. \u00ab\x1c  \u2003\r\n\u2028}.", "ends. \u00ab\x1c  \u2003\r"),
        ("Stop acting!!! I say. No.", "Stop acting!!!"),
        ('It ends. " Next one. No.', '" Next one.'),
    ],
)
def test_with_unusual_white_space_or_consecutive_full_stops(text: str, part: str) -> None:
    start = text.index(part)
    assert sentence_starts(text, start, start + len(part)) == module._of_part(text, start, start + len(part))


def test_in_a_part_that_begins_inside_a_sentence() -> None:
    text = "One is here. Two is there. Three is gone. " * 20
    for start in range(90):
        end = start + len(text[start : start + 300].rstrip())
        assert sentence_starts(text, start, end) == module._of_part(text, start, end)


@pytest.mark.parametrize("name", ["papers/bert.pdf", "filings/2022_Q3_AAPL.pdf", "chunking/wikitexts.md"])
def test_in_real_documents(name: str, shared_data: Path) -> None:
    text = open_document(shared_data / name).text[:150_000]
    assert_parts_agree(text, random.Random(7), 60)


def test_punkt_reads_little_of_a_part_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Otters hold hands while they sleep. Bees dance. " * 200
    module._of_whole(text)
    asked: list[int] = []
    real = module._of_part
    monkeypatch.setattr(module, "_of_part", lambda text, a, b: asked.append(b - a) or real(text, a, b))
    sentence_starts(text, text.index("Bees"), 4000)
    assert 0 < sum(asked) < 100

"""The contract of every registered chunker, on texts that are difficult to cut."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.parts import kinds
from rag_core.parts.chunker import Chunker
from rag_core.text.tokenizers import get_tokenizer

CHUNKERS = list(kinds("chunker").values())
SENTENCE = "The same sentence stands here again and again. "
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
TEXTS = {
    "empty": "",
    "white space": " \n\t\u00a0\r\n  ",
    "one letter": "a",
    "periodic": "ab " * 2000,
    "one sentence repeated": SENTENCE * 400,
    "giant word": "x" * 5000,
    "CJK": "\u6587\u7ae0\u5f88\u957f\u3002\u8fd9\u662f\u7b2c\u4e8c\u53e5\uff01\u8fd8\u6709\u5417\uff1f" * 150,
    "emoji families": (FAMILY + " ") * 100 + FAMILY * 100,
    "CRLF": "One line.\r\nAnother line, longer.\r\n\r\n" * 150,
    "ligatures": "The \ufb01rst \ufb02ow of e\ufb03cient o\ufb00ers. " * 150,
    "special token": "Before <|endoftext|> after. " * 150,
    "paragraph separators": "One paragraph.\n\n\n  Another, indented. And more.\n\n\n\n\n" * 150,
    "question and exclamation marks": "!?" * 3000,
    "commas only": "one, two; three, " * 300,
    "lone surrogates": "before \ud800 after \udfff. " * 100,
    "combining marks": "e\u0301a\u0308" * 1000,
}
WORDS = st.sampled_from(
    [
        "word",
        "a",
        "Fig.",
        "end.",
        "and,",
        "so;",
        "x" * 40,
        "\u6587\u7ae0\u3002",
        FAMILY,
        "\ufb01",
        "<|endoftext|>",
        "?!",
    ]
)
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "\n\n\n", "\n\n\n  ", "\r\n", "\t", "", "\u00a0", "   "])
MADE_TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=120).map(lambda pairs: "".join(a + b for a, b in pairs))
ANY_TEXTS = MADE_TEXTS | st.text(max_size=300)
SIZES = st.tuples(st.integers(16, 60), st.integers(0, 15))

each_chunker = pytest.mark.parametrize("kind", CHUNKERS, ids=lambda kind: kind.kind_name())
each_chunker_in_tokens = pytest.mark.parametrize(
    "kind", [kind for kind in CHUNKERS if "chunk_tokens" in kind.model_fields], ids=lambda kind: kind.kind_name()
)
each_sized_chunker = pytest.mark.parametrize(
    "kind", [kind for kind in CHUNKERS if "min_chunk_tokens" in kind.model_fields], ids=lambda kind: kind.kind_name()
)
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def sized(kind: type[Chunker], size: int, overlap: int, least: int = 0) -> Chunker:
    wanted = {"chunk_tokens": size, "overlap_tokens": overlap, "min_chunk_tokens": least}
    wanted |= {"chunk_characters": size, "overlap_characters": overlap}
    return kind.model_validate({name: value for name, value in wanted.items() if name in kind.model_fields})


def skip_unless_readable(kind: type[Chunker], text: str, tokenizer: str = "cl100k") -> None:
    if "\ud800" in text and (tokenizer == "minilm" or kind().uses_vectors):
        pytest.skip("the word piece tokenizer, which the embedding model has too, takes no lone surrogates")


def assert_contract(text: str, spans: list[Span]) -> None:
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a < b for a, b in pairwise(spans)), "spans ascend without duplicates"
    assert all(not text[i].isspace() for start, end in spans for i in (start, end - 1))
    reached = 0
    for start, end in [*spans, Span(len(text), len(text))]:
        assert not text[reached : max(start, reached)].strip(), "text between chunks is white space"
        reached = max(reached, end)


@each_chunker
@each_text
@pytest.mark.parametrize(("size", "overlap"), [(16, 0), (40, 15), (1024, 20)])
def test_contract_on_hard_texts(kind, text, size, overlap, text_document, resources):
    skip_unless_readable(kind, text)
    chunker = sized(kind, size, overlap)
    spans = chunker.chunk(text_document(text), resources)
    assert_contract(text, spans)
    assert spans == chunker.chunk(text_document(text), resources)


@each_chunker
@given(text=ANY_TEXTS, sizes=SIZES)
@example(text="ab " * 500, sizes=(16, 15))
@example(text=SENTENCE * 40, sizes=(30, 15))
@often
def test_contract_on_any_text(kind, text, sizes, text_document, resources):
    assert_contract(text, sized(kind, *sizes).chunk(text_document(text), resources))


@each_chunker
@given(before=ANY_TEXTS, text=ANY_TEXTS, after=ANY_TEXTS, sizes=SIZES)
@often
def test_a_part_is_cut_like_a_text_of_its_own(kind, before, text, after, sizes, text_document, resources):
    chunker = sized(kind, *sizes)
    within = Span(len(before), len(before) + len(text))
    alone = [(start + len(before), end + len(before)) for start, end in chunker.chunk(text_document(text), resources)]
    assert chunker.chunk(text_document(before + text + after), resources, within) == alone


@each_chunker_in_tokens
@each_text
@pytest.mark.parametrize("tokenizer", ["cl100k", "minilm"])
def test_sizes_hold_in_real_tokens(kind, text, tokenizer, text_document, resources):
    """Sizes are sums over pieces; counted as one text, a chunk may have a few more tokens (here at most 3)."""
    skip_unless_readable(kind, text, tokenizer)
    count = get_tokenizer(tokenizer).count
    spans = sized(kind, 64, 10).chunk(text_document(text, tokenizer=tokenizer), resources)
    assert max((count(text[start:end]) for start, end in spans), default=0) <= 64 + 3


@each_sized_chunker
@given(text=ANY_TEXTS, sizes=SIZES, least=st.integers(1, 80))
@example(text=SENTENCE * 40, sizes=(30, 15), least=25)
@often
def test_a_small_chunk_fits_to_no_neighbour(kind, text, sizes, least, text_document, resources):
    chunker = sized(kind, *sizes, least)
    count, spans = get_tokenizer("cl100k").count, chunker.chunk(text_document(text), resources)
    assert_contract(text, spans)
    for one, other in pairwise(spans):
        if min(count(text[slice(*one)]), count(text[slice(*other)])) < least:
            assert count(text[one.start : other.end]) > sizes[0]
    alone = sized(kind, *sizes).chunk(text_document(text), resources)
    assert {start for start, _ in spans} <= {start for start, _ in alone}
    assert {end for _, end in spans} <= {end for _, end in alone}
    largest = max((count(text[start:end]) for start, end in alone), default=0)
    assert all(count(text[start:end]) <= max(largest, sizes[0]) for start, end in spans)


@each_chunker
@pytest.mark.timeout(60)
@pytest.mark.parametrize("letter", ["a", "\u6587", "\U0001f468"])
def test_a_giant_word_is_cut_quickly_without_recursion(kind, letter, text_document, resources):
    text = letter * 100_000
    spans = sized(kind, 64, 10).chunk(text_document(text), resources)
    assert_contract(text, spans)

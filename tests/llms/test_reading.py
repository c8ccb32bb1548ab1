"""Thoughts and keys are taken out of an answer however it is cut into pieces."""

from types import SimpleNamespace

from hypothesis import example, given
from hypothesis import strategies as st

from rag_core.llms.key_redactor import KeyRedactor
from rag_core.llms.stream_accumulator import StreamAccumulator
from rag_core.llms.thinking_filter import ThinkingFilter

KEY = "sk-otters-Pq7Zx2"
WORDS = st.lists(st.sampled_from(["<think>", "</think>", "<", "think>", "otters", " ", "\n", "</", KEY, KEY[:9], "🦦"]))


def pieces_of(text: str, sizes: list[int]) -> list[str]:
    pieces, start = [], 0
    for size in sizes:
        pieces.append(text[start : start + size])
        start += size
    return [*pieces, text[start:]]


def through(reader: ThinkingFilter | KeyRedactor, pieces: list[str]) -> str:
    return "".join([*map(reader.shown, pieces), reader.rest()])


@given(WORDS, st.lists(st.integers(0, 9)))
def test_pieces_make_no_difference_to_thoughts(words: list[str], sizes: list[int]) -> None:
    text = "".join(words)
    assert through(ThinkingFilter(), pieces_of(text, sizes)) == through(ThinkingFilter(), [text])


@given(st.text().filter(lambda text: not text.lstrip().startswith("<")))
@example("Otters say <think> aloud </think>.")
def test_an_answer_without_thoughts_stays_as_it_is(text: str) -> None:
    assert through(ThinkingFilter(), list(text)) == text


def test_thoughts_before_the_answer_are_left_out() -> None:
    thought = "<think>What do they eat? <b>Urchins</think>"
    assert through(ThinkingFilter(), list(f"\n{thought}\n\nUrchins. <think>")) == "Urchins. <think>"
    assert through(ThinkingFilter(), list(f"{thought}{thought}\nUrchins.")) == "Urchins."
    assert through(ThinkingFilter(), list("<think>never ended, </thin")) == ""
    assert through(ThinkingFilter(), list(" <thin")) == " <thin"
    assert through(ThinkingFilter(), ["<think></think>", "\n", "\n", "Urchins"]) == "Urchins"


def test_what_cannot_be_a_thought_is_not_waited_for() -> None:
    assert [ThinkingFilter().shown(piece) for piece in ("O", " O", "<b", "<thing")] == ["O", " O", "<b", "<thing"]
    assert [ThinkingFilter().shown(piece) for piece in ("<", " <thi")] == ["", ""]


@given(WORDS, st.lists(st.integers(0, 9)))
def test_no_piece_lets_the_key_through(words: list[str], sizes: list[int]) -> None:
    text = "".join(words)
    shown = through(KeyRedactor(KEY), pieces_of(text, sizes))
    assert KEY not in shown
    if KEY[:8] not in text:
        assert shown == text


def test_a_key_that_is_a_word_is_left_where_it_stands() -> None:
    assert through(KeyRedactor("none"), ["There are ", "none"]) == "There are none"
    assert through(KeyRedactor(""), ["There are ", "none"]) == "There are none"
    assert through(KeyRedactor(KEY), ["A", KEY[:12]]) == "A…"


def part(text: str = "", *, end: str | None = None, thought: str = "") -> SimpleNamespace:
    raw = SimpleNamespace(usage=None, choices=[SimpleNamespace(finish_reason=end)])
    return SimpleNamespace(delta=text, raw=raw, additional_kwargs={"thinking_delta": thought} if thought else {})


def test_servers_that_count_as_was_asked_are_never_cut_by_us() -> None:
    """Other tokenizers make fewer tokens of many languages than ours does."""
    received = StreamAccumulator(50, KEY, lambda text: 10 * len(text))
    for _ in range(50):
        assert received.take(part("એક")) == "એક"
    received.take(part(end="stop"))
    assert (received.full, received.cut, received.problem("there")) == (False, False, None)


def test_parts_with_nothing_in_them_end_too() -> None:
    received = StreamAccumulator(50, KEY, len)
    for _ in range(2000):
        received.take(part())
        if received.full:
            break
    assert received.full


def test_thoughts_count() -> None:
    received = StreamAccumulator(5, KEY, lambda text: len(text.split()))
    taken = [received.take(part(thought=" hm")) for _ in range(6)]
    assert (taken, received.full) == ([""] * 6, True)
    assert "on reasoning" in str(received.problem("http://there/v1"))

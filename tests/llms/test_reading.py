"""Keys are taken out of an answer however it is cut into pieces, and no answer goes on without end."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rag_core.llms.base import Delta
from rag_core.llms.key_redactor import KeyRedactor
from rag_core.llms.stream_accumulator import StreamAccumulator
from tests.llms.pieces import pieces_of

KEY = "sk-otters-Pq7Zx2"
WORDS = st.lists(st.sampled_from(["<", "otters", " ", "\n", "</", KEY, KEY[:9], "🦦"]))


def through(redactor: KeyRedactor, pieces: list[str]) -> str:
    return "".join([*map(redactor.shown, pieces), redactor.rest()])


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


def part(text: str = "", *, end: str | None = None, thought: str = "") -> dict[str, Any]:
    delta = {"content": text} | ({"reasoning_content": thought} if thought else {})
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": end}]}


def test_servers_that_count_as_was_asked_are_never_cut_by_us() -> None:
    """Other tokenizers make fewer tokens of many languages than ours does."""
    received = StreamAccumulator(50, KEY, lambda text: 10 * len(text))
    for _ in range(50):
        assert received.take(part("એક")) == Delta("એક")
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
    assert (taken, received.full) == ([None] * 6, True)
    assert "on reasoning" in str(received.problem("http://there/v1"))


def test_of_several_answers_the_one_with_index_0_is_read_in_any_order() -> None:
    received = StreamAccumulator(50, KEY, len)
    own, other = part("Otter")["choices"][0], part("Bees")["choices"][0] | {"index": 1}
    assert received.take({"choices": [other, own]}) == Delta("Otter")
    assert received.take({"choices": [other]}) is None
    assert received.take({"choices": [own | {"finish_reason": "stop"}, other]}) == Delta("Otter")
    assert received.ended


def test_an_answer_whose_choices_have_no_index_is_read() -> None:
    received = StreamAccumulator(50, KEY, len)
    choice = {name: value for name, value in part("Otter")["choices"][0].items() if name != "index"}
    assert received.take({"choices": [choice]}) == Delta("Otter")

"""Before it starts: calls, tokens, money, and the time, from calls already timed or, said so, from a guess."""

import pytest

from rag_core.enrichment import estimate as estimate_module
from rag_core.errors import UserError
from rag_core.llms.answer_space import answer_space
from rag_core.llms.base import Usage
from rag_core.pipeline.enrichment import estimate, missing, start_writing
from tests.enrichment.village import strategy_of, vectors_in, wrote
from tests.fakes.fake_model import FakeModel


@pytest.fixture
def vectors(tmp_path):
    return vectors_in(tmp_path)


@pytest.mark.parametrize(("prompt_tokens", "space"), [(3584, 512), (3700, 396), (3996, 100), (3997, 0), (5000, 0)])
def test_a_shorter_answer_is_asked_for_where_the_prompt_leaves_less(prompt_tokens, space):
    llm = FakeModel()
    llm.context_tokens, llm.answer_tokens = 4096, 512
    assert answer_space(llm, prompt_tokens) == space


def test_it_counts_calls_and_tokens_of_what_is_missing(document, vectors):
    llm, strategy = FakeModel(), strategy_of(3)
    calls = missing(strategy, [document], llm, vectors)
    found = estimate(strategy, [document], llm, vectors)
    assert found.calls == len(calls) == 12
    assert found.prompt_tokens == sum(llm.count_tokens(call.prompt) for call in calls)
    assert found.completion_tokens == 6 * 150 + 6 * 3 * 25
    wrote(strategy, [document], llm, vectors)
    assert estimate(strategy, [document], llm, vectors)[:3] == (0, 0, 0)
    assert estimate(strategy_of(4), [document], llm, vectors).calls == 6


def test_an_answer_is_not_longer_than_the_model_may_answer(document, vectors):
    llm = FakeModel()
    llm.answer_tokens = 100
    assert estimate(strategy_of(20), [document], llm, vectors).completion_tokens == 12 * 100


def test_answers_already_written_say_how_long_the_others_will_be(document, text_document, vectors):
    llm = FakeModel()
    llm.answers = {"Summarize": "one two three", "questions this": "1. One?\n2. Two?"}
    wrote(strategy_of(2), [document], llm, vectors)
    both = [document, text_document(document.text.replace("village", "town"), "town.md")]
    assert estimate(strategy_of(2), both, llm, vectors).completion_tokens == 6 * 3 + 6 * 4


def test_without_timed_calls_the_time_is_estimated(document, vectors):
    found = estimate(strategy_of(2), [document], FakeModel(), vectors)
    assert (found.seconds, found.timed_calls) == (2 * estimate_module._DEFAULT_SECONDS, 0), "two rounds of eight"


def test_the_time_is_that_of_calls_of_this_model(document, text_document, vectors, tmp_path):
    llm = FakeModel(latency_s=0.1)
    wrote(strategy_of(2), [document], llm, vectors)
    both = [document, text_document(document.text.replace("village", "town"), "town.md")]
    found = estimate(strategy_of(2), both, llm, vectors)
    assert found.timed_calls == 12
    assert found.seconds == pytest.approx(2 * 0.1, abs=0.1)
    assert estimate(strategy_of(2), both, FakeModel("another"), vectors).timed_calls == 0
    estimate_module._timed.clear()  # as in another process: what is on disk says how long it took
    again = estimate(strategy_of(2), both, llm, vectors_in(tmp_path))
    assert again.timed_calls == 12
    assert again.seconds == pytest.approx(found.seconds, abs=0.01)


def test_chunks_beyond_the_window_are_counted_apart(document, vectors):
    llm = FakeModel()
    llm.context_tokens, llm.answer_tokens = 100, 60
    found = estimate(strategy_of(2), [document], llm, vectors)
    assert (found[:3], found.seconds, found.too_long) == ((0, 0, 0), 0, 6)


def test_the_cost_is_that_of_the_price_table_or_unknown(document, vectors, monkeypatch):
    asked = []

    def price(llm, usage):
        asked.append(usage)
        return 0.25

    llm = FakeModel()
    assert estimate(strategy_of(2), [document], llm, vectors).cost_usd is None
    monkeypatch.setattr(estimate_module, "cost_usd", price)
    found = estimate(strategy_of(2), [document], llm, vectors)
    assert found.cost_usd == 0.25
    assert asked == [Usage(12, found.prompt_tokens, found.completion_tokens)]


def test_a_price_table_that_cannot_be_read_does_not_stop_the_writing(document, vectors, monkeypatch):
    def damaged(llm, usage):
        raise UserError("The prices cannot be read.")

    monkeypatch.setattr(estimate_module, "cost_usd", damaged)
    with pytest.raises(UserError, match="prices cannot be read"):
        estimate(strategy_of(2), [document], FakeModel(), vectors)
    start_writing(strategy_of(2), [document], FakeModel(), vectors).wait()

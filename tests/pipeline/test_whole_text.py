"""A column without retrieval says what its context costs, and whether it fits; and the answer is made of what fits."""

import json

import pytest

from rag_core import compare, preset
from rag_core.cache import home_folder
from rag_core.documents.document import Document
from rag_core.llms.prices import FILE_NAME
from tests.fakes.scripted import Scripted

DOCUMENT = Document.from_text(
    "".join(f"Otters hold hands while {i} of them sleep. Bees make honey. " for i in range(200))
)
QUESTION = "What do otters hold?"
PRICES = 'date = "2026-01"\n"http://nowhere/v1 scripted" = { in = 2.0, out = 10.0 }\n'


@pytest.fixture
def prices():
    file = home_folder() / FILE_NAME
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PRICES, encoding="utf-8")
    yield
    file.unlink()


def column_of(llm=None, spec="whole_document", **options):
    return compare([DOCUMENT], QUESTION, [preset(spec)], llm=llm, **options).columns[0]


def test_without_a_chat_model_the_tokens_are_said():
    column = column_of()
    assert column.notices == [
        f"Without retrieval, every question takes these {column.counts.context_tokens:,} tokens of context."
    ]
    assert column.context_cost is None
    assert "context_cost" not in json.loads(column.model_dump_json())
    assert column_of(spec="baseline").notices == []


def test_the_cost_of_a_question(prices):
    llm = Scripted(context_tokens=10_000)
    column = column_of(llm, answers=True)
    cost = column.context_cost
    words = len(DOCUMENT.text.split())
    assert words < cost.prompt_tokens < words + 250, "the prompt has instructions and numbers of excerpts"
    assert cost.cost_usd == pytest.approx((2 * cost.prompt_tokens + 10 * cost.answer_tokens) / 1e6)
    assert any(f"costs about ${cost.cost_usd:.4f} with scripted" in notice for notice in column.notices)
    assert any("All of it fits" in notice and "10,000 tokens" in notice for notice in column.notices)
    [prompt] = llm.prompts
    assert prompt.count("Otters hold hands") == 200
    assert column.answer.notes == []
    assert json.loads(column.model_dump_json())["context_cost"]["fits"] is True


def test_what_does_not_fit_is_said_with_numbers():
    column = column_of(Scripted(context_tokens=1500), answers=True)
    assert not column.context_cost.fits
    assert column.context_cost.cost_usd is None
    assert any("1,500 tokens" in notice and "does not fit" in notice for notice in column.notices)
    assert any("unknown" in notice and "prices.toml" in notice for notice in column.notices)
    assert any("hits fit into" in note for note in column.answer.notes)


@pytest.mark.parametrize("spare", [0, -1])
def test_it_fits_exactly_where_the_answer_reads_all_of_it(spare):
    needed = column_of(Scripted(context_tokens=10_000)).context_cost.needed_tokens
    column = column_of(Scripted(context_tokens=needed + spare), answers=True)
    assert column.context_cost.fits == (spare == 0)
    assert bool(column.answer.notes) == (spare < 0)


def test_a_lowest_score_does_not_apply():
    column = column_of(spec="whole_document:budget.min_score=0.5")
    assert any("budget.min_score does not apply" in notice for notice in column.notices)
    assert len(column.hits) == column.counts.chunks

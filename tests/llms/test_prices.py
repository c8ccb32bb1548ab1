"""What calls cost: by our table, by the user's own, and not known."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from rag_core.errors import UserError
from rag_core.llms import prices
from rag_core.llms.base import ChatModel, Usage
from rag_core.llms.choice import LlmChoice
from rag_core.llms.factory import llm_of
from rag_core.llms.prices import cost_usd, prices_date

LOCAL = "http://localhost:8081/v1"
USAGE = Usage(3, 1_000_000, 500_000)


def openai(model: str = "gpt-4o-mini", base_url: str = "https://api.openai.com/v1") -> ChatModel:
    return llm_of(LlmChoice("openai", model, base_url), "a-key")


def local(model: str = "qwen") -> ChatModel:
    return llm_of(LlmChoice("openai-like", model, LOCAL))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's table, yet to be written."""
    monkeypatch.setenv("CHUNKSCOPE_HOME", str(tmp_path))
    return tmp_path / "prices.toml"


def test_our_table_is_whole_and_dated() -> None:
    table = tomllib.loads(Path(prices.__file__).with_name("prices.toml").read_text(encoding="utf-8"))
    noted = date.fromisoformat(table.pop("date"))
    assert date(2025, 1, 1) < noted <= date.today()
    assert len(table) > 20
    for price in table.values():
        assert 0 < price["in"] < price["out"] < 200


def test_openais_models_have_a_price(own: Path) -> None:
    assert cost_usd(openai(), USAGE) == pytest.approx(0.15 + 0.30)
    assert cost_usd(openai(), Usage(0, 0, 0)) == 0
    assert prices_date(openai()) == "2026-11-25"


@pytest.mark.parametrize("usage", [Usage(1, None, 5), Usage(1, 5, None), Usage(1, None, None)])
def test_without_tokens_the_cost_is_unknown(usage: Usage, own: Path) -> None:
    assert cost_usd(openai(), usage) is None


def test_nor_is_it_for_other_models_and_servers(own: Path) -> None:
    for llm in (openai("gpt-99"), local(), local("gpt-4o-mini"), openai(base_url="http://gateway.example/v1")):
        assert cost_usd(llm, USAGE) is None
        assert prices_date(llm) is None


def test_the_users_own_table_goes_first_and_prices_other_servers(own: Path) -> None:
    own.write_text(f'date = 2026-12-24\n["gpt-4o-mini"]\nin = 1\nout = 2.0\n["{LOCAL} qwen"]\nin = 0\nout = 0\n')
    assert (cost_usd(openai(), USAGE), prices_date(openai())) == (2.0, "2026-12-24")
    assert (cost_usd(local(), USAGE), prices_date(local())) == (0.0, "2026-12-24")
    assert prices_date(openai("gpt-4o")) == "2026-11-25"
    assert cost_usd(local("other"), USAGE) is None


def test_a_change_counts_at_once(own: Path) -> None:
    for price in (1, 22, 333):
        own.write_text(f'date = "today"\n"{LOCAL} qwen" = {{ in = {price}, out = 0 }}\n')
        assert cost_usd(local(), USAGE) == price
    own.unlink()
    assert cost_usd(local(), USAGE) is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('date = "x"\n"gpt-4o" = { in = \n', "line 2"),
        ('"gpt-4o" = { in = 1, out = 2 }', "'date' is missing"),
        ('date = "x"\n"gpt-4o" = { in = 1 }', "'out' is missing"),
        ('date = "x"\n"gpt-4o" = { in = "cheap", out = 1 }', "cheap"),
        ('date = "x"\n"gpt-4o" = { in = nan, out = 1 }', "nan is not a price"),
        ('date = "x"\n"gpt-4o" = { in = -1, out = 1 }', "-1.0 is not a price"),
        ('date = "x"\ngpt-4o = 3', ""),
        ("\xff", ""),
    ],
)
def test_a_damaged_table_says_where_and_what(text: str, wrong: str, own: Path) -> None:
    own.write_text(text, encoding="latin-1")
    with pytest.raises(UserError) as raised:
        cost_usd(openai(), USAGE)
    message = str(raised.value)
    assert str(own) in message
    assert wrong in message
    assert "Fix or remove the file" in message
    assert "\n" not in message
    assert prices_date(openai()) is None, "it is drawn beside a cost that is not known then"

"""The cost of calls, by a price table that users can override."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rag_core.cache import home_folder
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel, Usage
from rag_core.servers.credentials import OPENAI_URL

FILE_NAME = "prices.toml"
_BUILT_IN = Path(__file__).with_name(FILE_NAME)
_MILLION = 1_000_000


class _Price(NamedTuple):
    """USD per million tokens, and the date of the price."""

    prompt: float
    completion: float
    date: str


def cost_usd(llm: ChatModel, usage: Usage) -> float | None:
    """The cost by the user's price table, else by the built-in one; None where price or tokens are unknown.

    Raises UserError where the user's table cannot be read.
    """
    price = _price(llm)
    if price is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    return (usage.prompt_tokens * price.prompt + usage.completion_tokens * price.completion) / _MILLION


def prices_date(llm: ChatModel) -> str | None:
    """The date of the model's price; None where there is none, or the user's table cannot be read."""
    try:
        price = _price(llm)
    except UserError:  # `cost_usd` says so
        return None
    return None if price is None else price.date


def user_prices_file() -> Path:
    """The path of the user's price table, which may not exist; it takes precedence, model by model."""
    return home_folder() / FILE_NAME


def _price(llm: ChatModel) -> _Price | None:
    path = user_prices_file()
    name = llm.model if llm.base_url == OPENAI_URL else f"{llm.base_url} {llm.model}"
    own = _table(path, path.stat().st_mtime_ns) if path.is_file() else {}
    return own.get(name) or _table(_BUILT_IN, 0).get(name)


@lru_cache(maxsize=4)
def _table(path: Path, changed_ns: int) -> Mapping[str, _Price]:
    """The file's prices by model, or by address and model; `changed_ns` makes a changed file another entry."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        date = str(values.pop("date"))
        return {name: _Price(_usd(value, "in"), _usd(value, "out"), date) for name, value in values.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        # The text of a KeyError is the missing key alone.
        problem = f"{error} is missing" if isinstance(error, KeyError) else str(error).rstrip(".")
        raise UserError(
            f"The prices in {path} cannot be read: {problem}. Fix or remove the file: it needs a date, and in and out "
            "for each model, in USD per million tokens, as in rag_core/llms/prices.toml."
        ) from None


def _usd(value: dict[str, float], name: str) -> float:
    price = float(value[name])
    if not 0 <= price < math.inf:
        raise ValueError(f"{price} is not a price")
    return price

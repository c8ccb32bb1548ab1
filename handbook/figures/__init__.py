"""The figures of the handbook: each module measures what its figure shows, and draws it from what was measured."""

from collections.abc import Callable, Mapping
from typing import Any

from figures import answers, budgets, cuts, meaning, parsers, queries, references, rerankers, searches

_MODULES = (parsers, cuts, meaning, references, searches, queries, rerankers, budgets, answers)
MEASURES = {module.__name__.removeprefix("figures."): module.measure for module in _MODULES}
DRAWINGS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    module.__name__.removeprefix("figures."): module.draw for module in _MODULES
}

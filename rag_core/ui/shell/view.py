"""What all columns share: the budget, and names for people."""

from __future__ import annotations

from rag_core.parts.budget.distinct_parents import DistinctParents
from rag_core.parts.budget.tokens import ContextTokens
from rag_core.strategy import PRESETS, Strategy, name_in_words
from rag_core.ui.shell.session import EQUAL_HITS, EQUAL_TOKENS, session

HITS_RANGE, TOKENS_RANGE = (1, 20), (100, 8000)


def budgeted(strategy: Strategy) -> Strategy:
    """The strategy with the budget that all columns share, if they share one.

    A search without scores has its own: part of what is in no order of relevance would be the beginning of the text.
    """
    state = session()
    if not strategy.search.gives_scores:
        return strategy
    if state.budget == EQUAL_HITS:
        return strategy.model_copy(update={"budget": DistinctParents(hits=state.equal_hits)})
    if state.budget == EQUAL_TOKENS:
        return strategy.model_copy(update={"budget": ContextTokens(tokens=state.equal_tokens)})
    return strategy


def label(name: str) -> str:
    """A strategy's name for people, for example "Chunk references"."""
    return PRESETS.get(name).label if name in PRESETS else name_in_words(name)

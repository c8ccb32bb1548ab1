"""The table of the figures of a parser's report, generated from their registry."""

from rag_core.pipeline.report import FIGURES
from tests.docs.strategy_tables import table


def report_table() -> str:
    """Each figure with what it counts."""
    return table(["figure", "what it counts"], ([one.label, one.definition] for one in FIGURES.items().values()))

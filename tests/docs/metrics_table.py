"""The table of the metrics, generated from their registry."""

from rag_core.evaluation.metrics import METRICS
from tests.docs.strategy_tables import table


def metrics_table() -> str:
    """Each metric with its definition, its bounds, and which direction is better."""
    rows = [
        [
            f"`{name}`",
            metric.definition,
            f"{metric.minimum:g} to {metric.maximum:g}",
            "higher" if metric.higher_is_better else "lower",
        ]
        for name, metric in METRICS.items().items()
    ]
    return table(["metric", "definition", "values", "better"], rows)

"""How many chunks a chunker cuts, and how large they are, in one line."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from rag_core.html.templating import render

_DEFINITIONS = {
    "chunks": "Chunks that the chunker cut from the whole document.",
    "median": "Half of the chunks are at most this large.",
    "smallest": "Size of the smallest chunk.",
    "largest": "Size of the largest chunk.",
}


def chunk_figures_html(sizes: Sequence[int], unit: str) -> str:
    """Number, median, smallest and largest, in `unit`."""
    values = {"chunks": len(sizes)}
    if sizes:
        values |= {"median": round(statistics.median(sizes)), "smallest": min(sizes), "largest": max(sizes)}
    figures = [(name, _DEFINITIONS[name], f"{value:,}") for name, value in values.items()]
    return render("chunk_figures", figures=figures, unit=unit)


def chunk_basis_html(parser: str, tokenizer: str, model: str, limit: int | None) -> str:
    """What the sizes depend on: parser, tokenizer, and the embedding model with its limit."""
    reads = "has an unknown token limit" if limit is None else f"reads {limit:,} tokens at a time"
    return render("chunk_basis", parser=parser, tokenizer=tokenizer, model=model, limit=reads)

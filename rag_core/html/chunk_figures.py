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
_OVER_LIMIT = (
    "Chunks longer than what the embedding model reads at once, in the model's own tokens. With pooling per chunk, the "
    "rest of such a chunk is truncated; with late pooling, all of it is read. The limit includes special tokens."
)


def chunk_figures_html(sizes: Sequence[int], unit: str, over_limit: int | None, limit: int | None) -> str:
    """Number, median, smallest and largest, in `unit`; chunks over the model's limit, if that is known."""
    values = {"chunks": len(sizes)}
    if sizes:
        values |= {"median": round(statistics.median(sizes)), "smallest": min(sizes), "largest": max(sizes)}
    figures = [(name, _DEFINITIONS[name], f"{value:,}") for name, value in values.items()]
    over = "unknown" if over_limit is None else f"{over_limit:,}"
    name = "over the model's limit" if limit is None else f"over the model's limit of {limit:,}"
    return render("chunk_figures", figures=[*figures, (name, _OVER_LIMIT, over)], unit=unit)


def chunk_basis_html(parser: str, tokenizer: str, model: str, limit: int | None) -> str:
    """What the sizes depend on: parser, tokenizer, and the embedding model with its limit."""
    reads = "has an unknown token limit" if limit is None else f"reads {limit:,} tokens at a time"
    return render("chunk_basis", parser=parser, tokenizer=tokenizer, model=model, limit=reads)

"""Attention for reading equally long windows in bfloat16 on a CPU: a fifth less time for the whole network.

torch's own CPU kernel takes as long in bfloat16 as in float32, a third of the network's time. Plain matrix products
over a few heads at a time use the processor's bfloat16 instructions, and their scores stay in its second-level cache.
Measured by `python -m tests.benchmarks.token_pass`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_NAME = "chunkscope_heads"
_SCORES_AT_ONCE = 24 * 256**2  # 3 MB; all heads of a window of 8,192 tokens would take gigabytes
# Networks whose attention is nothing but softmax(query x key / scale) x value; others have biases, masks or windows.
_PLAIN = ("bert", "roberta", "xlm-roberta")


def use_fast_attention(network: torch.nn.Module) -> None:
    """Let a bfloat16 network on the CPU attend this way, if it is of a kind that allows it."""
    from transformers import AttentionInterface

    if getattr(network.config, "model_type", None) in _PLAIN and not getattr(network.config, "is_decoder", False):
        AttentionInterface.register(_NAME, _attention)
        network.set_attn_implementation(_NAME)  # type: ignore[operator]


def _attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **others: Any,
) -> tuple[torch.Tensor, None]:
    """transformers' interface: (batch, heads, tokens, dim.) in, (batch, tokens, heads, dim.) out."""
    import torch

    if attention_mask is not None:
        raise ValueError("windows are read whole: there is nothing to mask")
    batch, heads, tokens, dimensions = query.shape
    scale = dimensions**-0.5 if scaling is None else scaling
    rows = (batch * heads, tokens, dimensions)
    queries, keys, values = (query * scale).reshape(rows), key.reshape(rows).transpose(1, 2), value.reshape(rows)
    attended = torch.empty_like(queries)
    at_once = max(_SCORES_AT_ONCE // tokens**2, 1)
    for first in range(0, len(queries), at_once):
        some = slice(first, first + at_once)
        torch.bmm(torch.bmm(queries[some], keys[some]).softmax(-1), values[some], out=attended[some])
    return attended.view(query.shape).transpose(1, 2).contiguous(), None

"""Linear layers by oneDNN on x86 processors, their weights packed once, and a following GELU in the same step.

torch multiplies float32 by MKL, which on AMD's processors leaves half of their width unused: with these layers MiniLM
takes half the time there, and results agree to about 1e-5. In bfloat16 what is saved are passes over memory.
The operators are those that torch's own compiler emits; they are not documented, so tests compare their results.
Measured by `python -m tests.benchmarks.token_pass`.
"""

from __future__ import annotations

import platform
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_MACHINES = ("x86_64", "AMD64")
_USUAL_ROWS = 2048  # for which the weights are laid out; any other number works


def is_fast_here() -> bool:
    """Whether this processor's torch has these operators, and something is gained by them."""
    import torch

    return platform.machine() in _MACHINES and torch._C._has_mkldnn


def packed(weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A linear layer's weights in bfloat16, laid out for `product`."""
    import torch

    low = weight.detach().to(torch.bfloat16).contiguous()
    return torch.ops.mkldnn._reorder_linear_weight(low, _USUAL_ROWS), bias.detach().to(torch.bfloat16)


def product(
    rows: torch.Tensor,
    weights: tuple[torch.Tensor, torch.Tensor | None],
    *,
    plus: torch.Tensor | None = None,
    gelu: bool = False,
) -> torch.Tensor:
    """The linear layer's output, with something added, or under a GELU."""
    import torch

    weight, bias = weights
    if plus is not None:
        added: torch.Tensor = torch.ops.mkldnn._linear_pointwise.binary(rows, plus, weight, bias, "add")
        return added
    after, how = ("gelu", "none") if gelu else ("none", "")
    result: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, bias, after, [], how)
    return result


def ends_in_gelu(module: torch.nn.Module) -> bool:
    """Whether a module's layer `dense` is followed by nothing but an exact GELU, as in BERT and its like."""
    import torch
    from transformers.activations import GELUActivation

    follows = getattr(module, "intermediate_act_fn", None)
    # By the error function: the activation's other forms are approximations of it.
    return isinstance(follows, GELUActivation) and follows.act is torch.nn.functional.gelu


def use_fast_linear(network: torch.nn.Module) -> None:
    """Replace a float32 network's linear layers, where that is faster; it can then be run, and no longer copied."""
    import torch

    if not is_fast_here():
        return
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if type(child) is torch.nn.Linear:
                gelu = name == "dense" and ends_in_gelu(module)
                setattr(module, name, _layer_class()(child, gelu))
                if gelu:
                    module.intermediate_act_fn = torch.nn.Identity()


@lru_cache(maxsize=1)
def _layer_class() -> Any:
    """A class made late, since torch takes seconds to import."""
    import torch

    class PackedLinear(torch.nn.Module):
        def __init__(self, linear: torch.nn.Linear, gelu: bool) -> None:
            super().__init__()
            self.weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), _USUAL_ROWS)
            self.bias = None if linear.bias is None else linear.bias.detach()
            self.gelu = gelu

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return product(rows, (self.weight, self.bias), gelu=self.gelu)

    return PackedLinear

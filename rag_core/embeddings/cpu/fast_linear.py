"""Linear layers on x86 CPUs by oneDNN, with weights packed once and a following GELU fused in.

torch uses MKL for float32, which leaves half the vector width of AMD CPUs unused: these layers halve MiniLM's time
there, and results agree to about 1e-5. In bfloat16 they save passes over memory.
The operators are those that torch's compiler emits. They are undocumented, so tests compare their results.
Measured by `python -m tests.benchmarks.token_pass`.
"""

from __future__ import annotations

import platform
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

_MACHINES = ("x86_64", "AMD64")
_TYPICAL_ROWS = 2048  # for which the packed layout is chosen; any other number works


def is_fast_here() -> bool:
    """Whether torch has these operators for this CPU, and they are faster here."""
    import torch

    return platform.machine() in _MACHINES and torch._C._has_mkldnn


def packed(weight: torch.Tensor, bias: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The weights and the bias of a linear layer in bfloat16, packed for `product`."""
    import torch

    low = weight.detach().to(torch.bfloat16).contiguous()
    return torch.ops.mkldnn._reorder_linear_weight(low, _TYPICAL_ROWS), bias.detach().to(torch.bfloat16)


def product(
    rows: torch.Tensor,
    weights: tuple[torch.Tensor, torch.Tensor | None],
    *,
    plus: torch.Tensor | None = None,
    gelu: bool = False,
) -> torch.Tensor:
    """The output of a linear layer with packed weights; `plus` is added to it, or `gelu` applied, not both."""
    import torch

    weight, bias = weights
    if plus is not None:
        added: torch.Tensor = torch.ops.mkldnn._linear_pointwise.binary(rows, plus, weight, bias, "add")
        return added
    operation, algorithm = ("gelu", "none") if gelu else ("none", "")
    result: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, bias, operation, [], algorithm)
    return result


def ends_in_gelu(module: torch.nn.Module) -> bool:
    """Whether the module is BERT's intermediate layer: its linear layer `dense`, then an exact GELU."""
    import torch
    from transformers.activations import GELUActivation

    activation = getattr(module, "intermediate_act_fn", None)
    # Exact means by the error function; the class has approximate forms too.
    return isinstance(activation, GELUActivation) and activation.act is torch.nn.functional.gelu


def use_fast_linear(network: torch.nn.Module) -> None:
    """Replace a float32 network's linear layers in place if that is faster here; it can then not be deep-copied."""
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
    """The class of packed layers, defined on first use because importing torch takes seconds."""
    import torch

    class PackedLinear(torch.nn.Module):
        def __init__(self, linear: torch.nn.Linear, gelu: bool) -> None:
            super().__init__()
            self.weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), _TYPICAL_ROWS)
            self.bias = None if linear.bias is None else linear.bias.detach()
            self.gelu = gelu

        def forward(self, rows: torch.Tensor) -> torch.Tensor:
            return product(rows, (self.weight, self.bias), gelu=self.gelu)

    return PackedLinear

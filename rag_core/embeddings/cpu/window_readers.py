"""The network that computes token vectors for late pooling, beside the float32 network for single texts."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

from rag_core.embeddings.cpu.bert_reader import BertReader, can_read
from rag_core.embeddings.cpu.fast_linear import is_fast_here

if TYPE_CHECKING:
    import torch


class Reader(Protocol):
    """Computes the token vectors of windows."""

    def __call__(self, ids: torch.Tensor, rows: slice) -> torch.Tensor:
        """The last layer's output, (windows, rows, dimensions), for token ids of shape (windows, tokens)."""
        ...


class NetworkReader(Reader):
    """Runs a transformers network as it is."""

    def __init__(self, network: torch.nn.Module) -> None:
        self.network = network

    @override
    def __call__(self, ids: torch.Tensor, rows: slice) -> torch.Tensor:
        read: torch.Tensor = self.network(input_ids=ids).last_hidden_state
        return read[:, rows]


def reader_of(network: torch.nn.Module, dtype: str) -> Reader:
    """A reader of the network itself in float32, or of a bfloat16 copy. Call it before `use_fast_linear`."""
    import torch

    if dtype == "float32":
        return NetworkReader(network)
    on_cpu = next(network.parameters()).device.type == "cpu"
    if on_cpu and is_fast_here() and can_read(network):
        return BertReader(network)
    return NetworkReader(copy.deepcopy(network).to(torch.bfloat16))

"""The network that reads documents for late pooling, beside the one that embeds texts alone in float32."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Protocol

from rag_core.embeddings.cpu.bert_reader import BertReader, can_read
from rag_core.embeddings.cpu.fast_linear import is_fast_here

if TYPE_CHECKING:
    import torch


class Reader(Protocol):
    """Token vectors of the last layer."""

    def __call__(self, ids: torch.Tensor, rows: slice) -> torch.Tensor:
        """Windows of token ids, of shape (windows, tokens), to (windows, rows, dimensions)."""
        ...


class NetworkReader:
    """A transformers network as it is."""

    def __init__(self, network: torch.nn.Module) -> None:
        self.network = network

    def __call__(self, ids: torch.Tensor, rows: slice) -> torch.Tensor:
        """See Reader."""
        read: torch.Tensor = self.network(input_ids=ids).last_hidden_state
        return read[:, rows]


def reader_of(network: torch.nn.Module, dtype: str) -> Reader:
    """The network itself in float32, or a copy of it in bfloat16; it must not have been changed yet."""
    import torch

    if dtype == "float32":
        return NetworkReader(network)
    on_cpu = next(network.parameters()).device.type == "cpu"
    if on_cpu and is_fast_here() and can_read(network):
        return BertReader(network)
    return NetworkReader(copy.deepcopy(network).to(torch.bfloat16))

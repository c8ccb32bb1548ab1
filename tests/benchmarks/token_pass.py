"""What reading a document costs a token, with torch's attention and with ours (rag_core/embeddings/attention.py).

    python -m tests.benchmarks.token_pass [--repeat 5]

In processor time of all cores, which what else runs on the machine changes little.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import time

import numpy as np
import torch

from rag_core.embeddings.attention import use_fast_attention
from rag_core.embeddings.minilm import default_model

WINDOWS, TOKENS = 8, 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    model = default_model()
    model.wait()
    network = model._transformer[0].auto_model
    low = copy.deepcopy(network).to(torch.bfloat16)
    fast = copy.deepcopy(low)
    use_fast_attention(fast)
    for name, reader in {"float32": network, "bfloat16": low, "bfloat16, our attention": fast}.items():
        print(f"{name}: {_cpu_ms_a_token(reader, repeat):.3f} ms of processor time a token")


def _cpu_ms_a_token(reader: torch.nn.Module, repeat: int) -> float:
    ids = torch.from_numpy(np.random.default_rng(0).integers(1000, 20_000, (WINDOWS, TOKENS)))
    took = []
    with torch.inference_mode():
        for _ in range(repeat + 1):
            started = time.process_time()
            reader(input_ids=ids)
            took.append(1000 * (time.process_time() - started))
    return statistics.median(took[1:]) / ids.numel()


if __name__ == "__main__":
    main()

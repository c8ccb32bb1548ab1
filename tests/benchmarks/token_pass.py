"""The cost per token of reading a document, by torch's modules and by ours (fast_linear.py, bert_reader.py).

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

from rag_core.embeddings.cpu.bert_reader import BertReader
from rag_core.embeddings.cpu.fast_linear import use_fast_linear
from rag_core.embeddings.cpu.window_readers import NetworkReader, Reader
from rag_core.embeddings.model_files import load_transformer
from rag_core.text.tokenizers.minilm import model_folder

WINDOWS, TOKENS = 16, 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    network = load_transformer(model_folder(), "cpu")[0].auto_model
    fast, low = copy.deepcopy(network), copy.deepcopy(network).to(torch.bfloat16)
    use_fast_linear(fast)
    half, whole = slice(TOKENS // 4, TOKENS * 3 // 4), slice(None)
    for name, reader, rows in (
        ("float32, torch's", NetworkReader(network), whole),
        ("float32, our layers", NetworkReader(fast), whole),
        ("bfloat16, torch's", NetworkReader(low), whole),
        ("bfloat16, ours", BertReader(network), whole),
        ("bfloat16, ours, the rows that windows half overlapping own", BertReader(network), half),
    ):
        print(f"{name}: {_cpu_ms_per_token(reader, rows, repeat):.3f} ms of processor time a token")


def _cpu_ms_per_token(reader: Reader, rows: slice, repeat: int) -> float:
    ids = torch.from_numpy(np.random.default_rng(0).integers(1000, 20_000, (WINDOWS, TOKENS)))
    took = []
    with torch.inference_mode():
        for _ in range(repeat + 1):
            started = time.process_time()
            reader(ids, rows)
            took.append(1000 * (time.process_time() - started))
    return statistics.median(took[1:]) / ids.numel()


if __name__ == "__main__":
    main()

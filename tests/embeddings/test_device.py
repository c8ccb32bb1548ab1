"""Where the model runs is found without torch, and as torch finds it."""

from __future__ import annotations

import subprocess
import sys

import torch

from rag_core.embeddings.device import best_device, best_dtype, cpu_has_bfloat16, torch_finds_bfloat16


def test_the_device_is_torchs() -> None:
    usual = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert best_device() == usual


def test_the_processors_flags_say_what_torch_says() -> None:
    assert cpu_has_bfloat16() == torch_finds_bfloat16()


def test_a_device_of_another_kind_reads_in_float32() -> None:
    assert best_dtype("mps") == "float32"


def test_a_key_is_found_without_torch() -> None:
    code = (
        "import sys; from rag_core.embeddings.minilm import default_model; default_model().reading_dtype; "
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == (0 if sys.platform == "linux" and best_device() == "cpu" else 1)

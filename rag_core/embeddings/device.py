"""Where the model runs, and in which precision it reads documents there."""

from __future__ import annotations


def best_device() -> str:
    """A GPU where there is one, in torch's name for it; else the CPU."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def best_dtype(device: str) -> str:
    """bfloat16 where the device multiplies it itself, float32 elsewhere: there bfloat16 would be slower."""
    import torch

    faster = {"cuda": torch.cuda.is_bf16_supported, "cpu": cpu_has_bfloat16}.get(device)
    return "bfloat16" if faster is not None and faster() else "float32"


def cpu_has_bfloat16() -> bool:
    """Whether the processor has AVX512-BF16 or AMX."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())

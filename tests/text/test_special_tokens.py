"""What looks like a special token in a document is text like any other, with as many tokens wherever it is counted."""

from __future__ import annotations

import numpy as np
import pytest

from rag_core.embeddings.base import cl100k_tokens
from rag_core.embeddings.minilm import PrefixedMiniLM, default_model
from rag_core.exports.llama_index.tokenizers import tokenizer_code
from rag_core.text.tokenizers import SpanCounts, get_tokenizer, tokenizer_names
from rag_core.text.tokenizers.minilm import word_pieces

LOOKALIKES = [
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|endofprompt|>",
    "[CLS]",
    "[SEP]",
    "[UNK]",
    "[PAD]",
    "[MASK]",
    "<s>",
    "</s>",
    "<|im_start|>",
]
TEXTS = [f"The {word} token ends a text, and {word}{word} does it twice.\n{word}" for word in LOOKALIKES]


@pytest.mark.parametrize("text", TEXTS)
def test_they_have_the_tokens_of_their_characters(text: str) -> None:
    import tiktoken

    cl100k = get_tokenizer("cl100k").count(text)
    assert cl100k == len(cl100k_tokens(text).ids) == len(tiktoken.get_encoding("cl100k_base").encode_ordinary(text))
    pieces = word_pieces().encode(text, add_special_tokens=False)
    assert get_tokenizer("minilm").count(text) == len(pieces.ids)
    assert not {0, 101, 102, 103} & set(pieces.ids)  # padding, the two ends, the mask


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", tokenizer_names())
def test_exported_programs_and_sums_count_them_alike(name: str, text: str) -> None:
    code = tokenizer_code(name)
    space: dict = {}
    exec("\n".join([*code.imports, code.functions]), space)
    count = get_tokenizer(name).count
    assert len(space["tokenize"](text)) == count(text)
    assert SpanCounts(text, get_tokenizer(name), min_summed=0).count(0, len(text)) == count(text)


def test_the_embedding_model_reads_them_as_text() -> None:
    model, other = default_model(), PrefixedMiniLM(query_prefix="", passage_prefix="")
    texts = ["the [MASK] of the king", "one [SEP] two [PAD] three", "[CLS] begins"]
    for read in (model, other):
        read.wait()
        own = read._transformer[0].tokenizer
        for text in texts:
            ids = read.tokenize(text).ids.tolist()
            assert own(text)["input_ids"] == [101, *ids, 102]
            assert read.count_tokens([text]) == [len(ids) + 2]
    masked, plain = model.encode_passages(["the [MASK] of the king", "the [ mask ] of the king"])
    assert np.dot(masked, plain) == pytest.approx(1, abs=1e-5)


def test_llama_indexs_own_count_takes_them_for_the_end_of_a_text() -> None:
    """The known difference: it is why exported programs hand their splitters a tokenizer."""
    from llama_index.core.utils import get_tokenizer as llama_index_tokenizer

    assert len(llama_index_tokenizer()("<|endoftext|>")) == 1
    assert get_tokenizer("cl100k").count("<|endoftext|>") == 7

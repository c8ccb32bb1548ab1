"""What a sentence-transformers model's folder holds: its contents' hash, the model itself, and what it can do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag_core.errors import UserError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_HASHED = (".json", ".safetensors", ".bin", ".txt", ".model", ".pt")
# What libraries say of a model that does not load, where their own words would help nobody here.
_REASONS = {
    "trust_remote_code": "it needs program code of its own to be run, which Chunkscope does not do",
    "ignore_mismatched_sizes": "its weights have other shapes than its config.json says",
    "Error while deserializing header": "its weights are damaged or cut short",
    "Weights only load failed": "its weights are damaged, or not weights alone",
}


def fingerprint_of(folder: Path) -> str:
    """A hash of the model's files, by their names and contents: the same model wherever it lies."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _HASHED and path.is_file()):
        if any(part.startswith("checkpoint-") for part in path.relative_to(folder).parts):
            continue  # what training left
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def load_transformer(folder: Path, device: str) -> SentenceTransformer:
    """The model in float32; raises UserError where the folder's files are not a model that can be run."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    # Its bar of loaded weights and its table of unused ones would run through our progress.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        transformer = SentenceTransformer(
            str(folder), device=device, local_files_only=True, model_kwargs={"dtype": torch.float32}
        )
    except Exception as error:  # of any type: what the files may hold has no end, and the libraries check little of it
        raise _not_loaded(folder, _reason(error)) from error
    if flaw := _flaw(transformer):
        raise _not_loaded(folder, flaw)
    return transformer


def _not_loaded(folder: Path, reason: str) -> UserError:
    return UserError(
        f"The files in {folder} could not be loaded as a sentence-transformers model: {reason}. Choose another model, "
        "or get this one anew."
    )


def _reason(error: Exception) -> str:
    text = str(error)
    line = next((line for line in text.splitlines() if line.strip()), type(error).__name__)
    return next((ours for theirs, ours in _REASONS.items() if theirs in text), line.strip().rstrip(".")[:300])


def _flaw(transformer: SentenceTransformer) -> str:
    """What would make its vectors worthless, though it did load."""
    if not transformer.get_embedding_dimension():
        return "it makes no vectors of texts"
    if absent := _absent_weights(transformer):
        return f"{len(absent)} of its weights are missing, {absent[0]} for one"
    tokenizer: Any = getattr(transformer[0], "tokenizer", None)
    if hasattr(tokenizer, "all_special_tokens") and len(tokenizer) <= len(tokenizer.all_special_tokens):
        return "its tokenizer knows no words, so a file of them must be missing"
    return ""


def _absent_weights(transformer: SentenceTransformer) -> list[str]:
    """Names of weights that were not in the files; transformers makes them up, other ones every time, and goes on.

    It marks those it has read; where no mark is found at all, this says nothing. A pooler's are often left out: nothing
    here uses them.
    """
    network = getattr(transformer[0], "auto_model", None)
    optional = "|".join(["pooler", *(getattr(network, "_keys_to_ignore_on_load_missing", None) or ())])
    read = {} if network is None else {n: hasattr(p, "_is_hf_initialized") for n, p in network.named_parameters()}
    absent = [name for name, is_read in read.items() if not is_read and not re.search(optional, name)]
    return absent if any(read.values()) else []


def limit_to_positions(transformer: SentenceTransformer) -> None:
    """No more tokens than the network has positions for, whatever the files say: one more would be an error."""
    import torch

    embeddings = getattr(getattr(transformer[0], "auto_model", None), "embeddings", None)
    positions = getattr(embeddings, "position_embeddings", None)
    limit = transformer.max_seq_length
    if isinstance(positions, torch.nn.Embedding) and limit is not None:
        # RoBERTa and its like count positions from behind that of the padding.
        unused = 0 if positions.padding_idx is None else positions.padding_idx + 1
        transformer.max_seq_length = min(limit, positions.num_embeddings - unused)


def late_pooling_obstacle(transformer: SentenceTransformer) -> str:
    """Why a chunk's vector cannot be the mean of its tokens', in a sentence; empty where it can."""
    from sentence_transformers.base.modules.transformer import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    modules = list(transformer)
    if not isinstance(modules[0], Transformer) or len(modules) < 2 or not isinstance(modules[1], Pooling):
        return "It is not a transformer followed by pooling, so it gives no vectors of single tokens."
    if modules[1].pooling_mode == "cls":
        return "It takes a text's vector from its first token alone (CLS pooling), not from the mean of all."
    if modules[1].pooling_mode != "mean":
        return f"It pools its tokens by {_in_words(modules[1].pooling_mode)}, not by their mean alone."
    if any(not isinstance(module, Normalize) for module in modules[2:]):
        return "It has further layers after the pooling, which single tokens do not pass."
    if not getattr(modules[0].tokenizer, "is_fast", False):
        return "Its tokenizer does not say where in the text a token stands."
    if transformer.max_seq_length is None or transformer.max_seq_length > _LONGEST_WINDOW_TOKENS:
        return "It names no limit of tokens that a document could be read in windows of."
    return ""


def _in_words(modes: str | Sequence[str]) -> str:
    return modes if isinstance(modes, str) else " and ".join(modes)


_LONGEST_WINDOW_TOKENS = 32_768

"""sentence-transformers models made on the spot: altered copies of the built-in one, and tiny ones of other kinds."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag_core.text.tokenizers.minilm import model_folder

WEIGHTS = "model.safetensors"
_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
_HIDDEN = 64


def altered_minilm(folder: Path, files: Mapping[str, Any] | None = None, *, without: tuple[str, ...] = ()) -> Path:
    """A copy of the built-in model's folder, its weights linked, with other JSON files or without some files."""
    shutil.copytree(model_folder(), folder, ignore=shutil.ignore_patterns(WEIGHTS, *without))
    if WEIGHTS not in without:
        (folder / WEIGHTS).symlink_to(model_folder() / WEIGHTS)
    for name, content in (files or {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def pooling(*modes: str, dimensions: int = 384) -> dict[str, Any]:
    """The content of 1_Pooling/config.json."""
    known = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens")
    return {"word_embedding_dimension": dimensions} | {f"pooling_mode_{mode}": mode in modes for mode in known}


def modules(*types: tuple[str, str]) -> list[dict[str, Any]]:
    """The content of modules.json, of folders and class names."""
    return [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{name}"}
        for i, (path, name) in enumerate(types)
    ]


def tiny_roberta(folder: Path, text: str, *, unigram: bool = False) -> Path:
    """A RoBERTa of random weights for 64 tokens, whose tokenizer has learned from the text; names no limit itself.

    Its word pieces are byte-level BPE, or those of SentencePiece as XLM-RoBERTa has them.
    """
    import torch
    from tokenizers import ByteLevelBPETokenizer, SentencePieceUnigramTokenizer
    from tokenizers.processors import RobertaProcessing, TemplateProcessing
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaModel

    if unigram:
        learned = SentencePieceUnigramTokenizer()
        learned.train_from_iterator([text], vocab_size=150, special_tokens=_SPECIAL, unk_token="<unk>")
        around = TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 2)])
    else:
        learned = ByteLevelBPETokenizer()
        learned.train_from_iterator([text], vocab_size=400, special_tokens=_SPECIAL)
        around = RobertaProcessing(("</s>", 2), ("<s>", 0))
    learned._tokenizer.post_processor = around
    names = {"bos": "<s>", "eos": "</s>", "cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=learned._tokenizer, **{f"{name}_token": token for name, token in names.items()}
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    # RoBERTa's first position is the one behind the padding's: of 66, 64 can be used.
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=_HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * _HIDDEN,
        max_position_embeddings=66,
        type_vocab_size=1,
        initializer_range=0.3,  # large enough for attention to matter
    )
    RobertaModel(config, add_pooling_layer=False).save_pretrained(folder)
    (folder / "modules.json").write_text(json.dumps(modules(("", "Transformer"), ("1_Pooling", "Pooling"))))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling("mean_tokens", dimensions=_HIDDEN)))
    return folder

"""A cross-encoder with few and random weights, in a folder as sentence-transformers saves one."""

from pathlib import Path


def save_tiny_cross_encoder(folder: Path, *, labels: int = 1, max_tokens: int = 48) -> str:
    """Save the model, with MiniLM's word pieces, and return the folder."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    from rag_core.text.tokenizers.minilm import model_folder

    torch.manual_seed(5)
    tokenizer = AutoTokenizer.from_pretrained(str(model_folder()), model_max_length=max_tokens)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=max_tokens, num_labels=labels, initializer_range=0.8,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    return str(folder)

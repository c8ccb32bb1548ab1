"""Texts that a language model writes about chunks: summaries and questions."""

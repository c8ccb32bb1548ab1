"""Texts that a language model writes about chunks: summaries, questions and contexts."""

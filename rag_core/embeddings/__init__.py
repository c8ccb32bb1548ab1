"""Embedding models and the vectors made with them. Nothing here imports torch before a vector is wanted."""

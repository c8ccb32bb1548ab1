"""Summaries and questions of chunks, written by a language model: `writing` is what pages and command line use."""

"""Answers to a question from the hits of one column: extractive ones, and ones that a language model writes."""

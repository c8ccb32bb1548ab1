"""Answers to the question from the hits of one column."""

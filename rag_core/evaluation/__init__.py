"""Measures how much of the gold excerpts a strategy retrieves, and how much other text with it."""

"""Finds the headings, list items, tables and captions of texts that have marks for them, such as Markdown."""

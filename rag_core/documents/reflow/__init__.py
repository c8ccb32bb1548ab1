"""Reflow: from characters with boxes to paragraphs in reading order, whatever parser found the characters."""

"""The Chunks page."""

"""Fast readers for processors."""

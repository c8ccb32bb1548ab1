"""How two texts of one file are laid over each other, see rag_core/text/alignment.py."""

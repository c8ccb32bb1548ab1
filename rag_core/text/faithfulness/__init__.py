"""How a read text is compared with a text layer word by word, see rag_core/text/audit.py."""

"""Reads and draws PDFs with pdfium; it runs in the sandbox."""

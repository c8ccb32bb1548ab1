"""The layout of PDF pages: reading order, headings, and tables as Markdown."""

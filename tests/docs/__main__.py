"""Writes the generated sections of the documentation again: `python -m tests.docs`, which `make docs` runs."""

from tests.docs.all_sections import SECTIONS

for section in SECTIONS:
    text = section.path.read_text(encoding="utf-8")
    section.path.write_text(section.updated(text), encoding="utf-8")

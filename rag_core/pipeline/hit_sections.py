"""The sections in which hits begin."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.documents.document import Document
from rag_core.documents.sections import section_paths
from rag_core.stages.candidate import Candidate


def sections_of(documents: Sequence[Document], candidates: Sequence[Candidate]) -> list[list[str]]:
    """For each candidate the words of the headings that its span begins under, from the outermost in."""
    found: list[list[str]] = [[] for _ in candidates]
    for number in {candidate.document for candidate in candidates}:
        document = documents[number]
        places = [i for i, candidate in enumerate(candidates) if candidate.document == number]
        paths = section_paths(document, [candidates[i].span.start for i in places])
        for i, path in zip(places, paths, strict=True):
            found[i] = [" ".join(document.text[start:end].split()) for start, end in path]
    return found

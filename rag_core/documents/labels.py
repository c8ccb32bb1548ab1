"""How documents are called beside each other: each by a label of its own, whatever their names are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag_core.documents.document import Document
from rag_core.text.labels import distinct_numbers


def labelled(documents: Sequence[Document]) -> list[Document]:
    """The distinct documents, with labels that tell them apart; a label that does so already stays as it is.

    What has one id is one document, which keeps the name that comes first.
    """
    by_id: dict[str, Document] = {}
    for document in all_labelled(documents):
        by_id.setdefault(document.id, document)
    return list(by_id.values())


def repeats(documents: Sequence[Document]) -> list[str]:
    """A sentence for each document that is not searched because an earlier one has the same content."""
    kept = {document.id: document for document in labelled(documents)}
    named = [_repeat(d.label, kept[d.id].label) for d in all_labelled(documents) if d.name != kept[d.id].name]
    given = Counter((document.id, document.name) for document in documents)
    times = {one.label: given[one.id, one.name] for one in kept.values()}
    again = (
        f"{label} was given {n} times with the same content; it is searched once."
        for label, n in times.items()
        if n > 1
    )
    return list(dict.fromkeys([*named, *again]))


def all_labelled(documents: Sequence[Document]) -> list[Document]:
    """All the documents, with labels that differ where their contents or their names do."""
    given: dict[tuple[str, str], Document] = {}
    for document in documents:
        given.setdefault((document.id, document.name), document)
    numbers = distinct_numbers([d.name for d in given.values()], [d.number for d in given.values()])
    by_key = dict(zip(given, numbers, strict=True))
    return [document.renamed(document.name, by_key[document.id, document.name]) for document in documents]


def _repeat(label: str, kept: str) -> str:
    return f"{label} has the same content as {kept}: it is searched once, as {kept}."

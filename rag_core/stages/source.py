"""The input of a parser: the bytes of a file, its name, and its password."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from rag_core.documents.document import Document


@dataclass(frozen=True)
class Source:
    """An uploaded or opened file; `name` is shown in messages, `password` is None if none was given.

    `known_id` is the sha256 of the bytes where the caller has it already; `id` is the sha256 in any case. `ocr_pages`
    are the pages whose words only OCR finds, where they are known (`Document.ocr_pages`).
    """

    data: bytes = field(repr=False)
    name: str
    password: str | None = field(default=None, repr=False)
    known_id: str = field(default="", repr=False, compare=False)
    ocr_pages: tuple[int, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def of(cls, document: Document) -> Source:
        """The file that an open document was read from."""
        data = document.source or document.text.encode("utf-8", "surrogatepass")
        return cls(data, document.name, document.password, document.source_id, document.ocr_pages)

    @cached_property
    def id(self) -> str:
        """sha256 of the bytes, as in `Document.source_id`."""
        return self.known_id or hashlib.sha256(self.data).hexdigest()

"""Says that a file's content is not on its pages: in attached files, or in a form that its pages do not show."""

from __future__ import annotations

import ctypes
import logging
import re

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag_core.documents.pdf.structure import Structure, value

log = logging.getLogger(__name__)

_MAX_NAMES = 20
_MAX_NAME = 100  # characters
_XFA = (
    "It is a dynamic XFA form, whose content cannot be read: its pages only stand in for it. Open it in Adobe Acrobat "
    "and print it to a new PDF."
)
_WAIT = re.compile(r"please wait\b|not eventually replaced|bitte warten|veuillez patienter", re.IGNORECASE)


class Elsewhere:
    """What a document holds beside its pages."""

    def __init__(self, pdf: pdfium.PdfDocument, structure: Structure) -> None:
        self._form_type = raw.FPDF_GetFormType(pdf)
        count = max(raw.FPDFDoc_GetAttachmentCount(pdf), 0)
        self._names = [file_name(raw.FPDFDoc_GetAttachment(pdf, index)) for index in range(count)]
        self._is_portfolio = bool(self._names) and _is_portfolio(structure)

    def notices(self, fields: int, text: str, attached_to_pages: list[str]) -> list[str]:
        """Sentences for the user; `fields` counts the form fields on the pages, and `text` is what they say."""
        self._names += [name for name in attached_to_pages if name not in self._names]
        return [*([_XFA] if self._is_dynamic(fields, text) else []), *([self._attached()] if self._names else [])]

    def _is_dynamic(self, fields: int, text: str) -> bool:
        """Whether a form's pages are made by the viewer: pages with fields of their own show the form itself."""
        if self._form_type not in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
            return False
        return bool(_WAIT.search(text)) or (self._form_type == raw.FORMTYPE_XFA_FULL and not fields)

    def _attached(self) -> str:
        count, listed = len(self._names), ", ".join(self._names[:_MAX_NAMES])
        more = f" and {count - _MAX_NAMES:,} more" if count > _MAX_NAMES else ""
        files = "1 attached file, which was" if count == 1 else f"{count:,} attached files, which were"
        what = "It is a portfolio: its content is in" if self._is_portfolio else "It has"
        return f"{what} {files} not read: {listed}{more}. Save and add what you need of it."


def file_name(attachment: raw.FPDF_ATTACHMENT) -> str:
    """The name of an attached file, in one line."""
    size = raw.FPDFAttachment_GetName(attachment, None, 0) if attachment else 0
    letters = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFAttachment_GetName(attachment, letters, size)
    name = bytes(letters).decode("utf-16-le", "replace").partition("\0")[0]
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:_MAX_NAME] or "a file without a name"


def _is_portfolio(structure: Structure) -> bool:
    try:
        return value(structure.catalog(), "/Collection") is not None
    except Exception:  # whatever a damaged file provokes costs a word in a notice at most
        log.exception("the catalog cannot be read")
        return False

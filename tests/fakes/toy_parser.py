"""A parser from outside of the package, with fields, to be registered for the length of a test."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from rag_core.documents.formats import Format
from rag_core.parts.parser import Parser


class ToyParser(Parser):
    """Reads either format in capitals or small letters, in the sandbox."""

    kind: Literal["toy"] = "toy"
    label: ClassVar[str] = "toy"
    summary: ClassVar[str] = "Writes everything in capitals or small letters"
    formats: ClassVar[tuple[Format, ...]] = ("pdf", "text")
    reader: ClassVar[str] = "tests.fakes.toy_reader:read"

    letters: Literal["upper", "lower"] = Field("upper", title="Letters", description="Capitals or small letters")
    heading: bool = Field(False, title="Heading", description="Whether the first character is a heading")


class InProcessToyParser(ToyParser):
    """The same, in this process."""

    kind: Literal["toy_in_process"] = "toy_in_process"  # type: ignore[assignment]
    sandboxed: ClassVar[bool] = False

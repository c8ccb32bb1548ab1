"""What every parser promises."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any, ClassVar, cast

from rag_core.documents.document import Document, document_id
from rag_core.documents.formats import FORMAT_NAMES, Format, format_of
from rag_core.documents.limits import Limits, current_limits
from rag_core.documents.parsed import Parsed
from rag_core.documents.reading import load_reader
from rag_core.documents.sandbox import run as sandbox
from rag_core.errors import UserError
from rag_core.part import Part, Slot, add_slot, get_slot
from rag_core.stages.resources import Resources
from rag_core.stages.source import Source


class Parser(Part):
    """Turns a file's bytes into a Document; its fields reach the reading code as keyword arguments.

    `formats` are those that it reads. `reader` is the place of the function that reads the bytes, for example
    "rag_core.documents.pdf.reading:read"; see `rag_core.documents.reading.Reader` for what that function takes.
    `sandboxed` parsers read in a child process with limits on time and memory, the others in this process.
    """

    slot: ClassVar[str] = "parser"
    formats: ClassVar[tuple[Format, ...]]
    reader: ClassVar[str]
    sandboxed: ClassVar[bool] = True

    def read(self, source: Source, resources: Resources | None) -> Document:
        """The document, with its notices, what was left out of its text, and the milliseconds that parsing took.

        `resources` are None where a file is opened before any model is chosen. Raises PasswordNeeded for an encrypted
        file without its right password, and UserError for a format that the parser does not read, an empty or damaged
        file, and one that is over a limit.
        """
        started = time.perf_counter()
        limits = current_limits()
        found = self._checked_format(source, limits)
        document = self.for_format(found)._read_format(source, found, limits, resources)
        return replace(document, parse_ms=(time.perf_counter() - started) * 1000)

    def for_format(self, document_format: Format) -> Parser:
        """The parser that reads files of that format in this one's place; this one, but for those that choose."""
        return self

    def parse(self, source: Source, limits: Limits, resources: Resources | None) -> Parsed:
        """Have the reader read the bytes, in the sandbox or in this process."""
        fields = self.model_dump(mode="json", exclude={"kind"})
        if self.sandboxed:
            return sandbox.parse(self.reader, fields, source.data, source.name, source.password, limits)
        try:
            return load_reader(self.reader)(source.data, source.password, limits, **fields)
        except UserError as error:
            raise type(error)(f"{source.name} {error}") from error

    def applies_to(self, document: Document) -> bool:
        """Whether the parser reads documents of that format; elsewhere it is ignored."""
        return document.format in self.formats

    def has_read(self, document: Document) -> bool:
        """Whether the document is what this parser, with these fields, makes of its source."""
        return (document.parser, document.parser_fields) == (self.kind, self.fields_json())

    def fields_json(self) -> str:
        """The canonical JSON of the fields that differ from their defaults; empty where none does."""
        changed: dict[str, Any] = self.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
        return json.dumps(changed, sort_keys=True, separators=(",", ":")) if changed else ""

    def _checked_format(self, source: Source, limits: Limits) -> Format:
        """The format of the bytes; raises UserError where they are too many, empty, or of a format it does not read."""
        limits.check_bytes(source.name, len(source.data))
        if not source.data.strip():
            raise UserError(f"{source.name} is empty: it has {'only white space' if source.data else 'no bytes'}.")
        found = format_of(source.data, source.name)
        if found not in self.formats:
            readable = " or ".join(FORMAT_NAMES[name] for name in self.formats)
            raise UserError(
                f"{source.name} is {FORMAT_NAMES[found]}, and the parser {self.kind!r} reads {readable}. "
                f"The parsers for it are: {', '.join(parser_names(found))}."
            )
        return found

    def _read_format(self, source: Source, found: Format, limits: Limits, resources: Resources | None) -> Document:
        parsed = self.parse(source, limits, resources)
        if not parsed.text.strip():
            raise UserError(f"{source.name} is empty: it has only white space.")
        fields = self.fields_json()
        return Document(
            id=document_id(self.kind, fields, source.data),
            name=source.name,
            parser=self.kind,
            text=parsed.text,
            pages=parsed.pages,
            char_boxes=parsed.char_boxes,
            left_out=parsed.left_out,
            notices=parsed.notices,
            source=source.data,
            password=source.password,
            format=found,
            parser_fields=fields,
            blocks=parsed.blocks,
        )


def get_parser(name: str) -> Parser:
    """The parser of that kind, with default fields; raises UserError naming the valid kinds."""
    if name not in parser_names():
        raise UserError(f"There is no parser {name!r}. The parsers are: {', '.join(parser_names())}.")
    return cast(Parser, get_slot(Parser.slot).build({"kind": name}))


def parser_names(document_format: Format | None = None) -> list[str]:
    """The kinds of all parsers, or of those that read a format, in the order of their registration."""
    parsers = cast(dict[str, type[Parser]], get_slot(Parser.slot).kinds.items())
    return [name for name, part in parsers.items() if document_format in (None, *part.formats)]


add_slot(Slot("parser", order=10, title="Parser", default={"kind": "default"}, base=Parser, optional=True))

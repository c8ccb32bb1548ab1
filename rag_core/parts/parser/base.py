"""The slot `parser` and the base class of its kinds."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from typing import Any, ClassVar, cast

from rag_core.documents.document import Document, document_id
from rag_core.documents.formats import FORMAT_NAMES, Format, format_of
from rag_core.documents.limits import Limits, current_limits
from rag_core.documents.page_progress import reported_as, telling
from rag_core.documents.parsed import Parsed
from rag_core.documents.reading import load_reader
from rag_core.documents.sandbox import run as sandbox
from rag_core.errors import UserError
from rag_core.part import Part, Slot, add_slot, get_slot
from rag_core.parts.parser.offer import ReadsPages
from rag_core.stages.resources import ReadingResources
from rag_core.stages.source import Source

# Fields after a parser's name; commas within a JSON string are part of it.
_FIELDS = re.compile(r'(?:="(?:[^"\\]|\\.)*"|[^,])+', re.DOTALL)
_SPECIAL = re.compile(r'[,="\\\s]')


class Parser(Part):
    """Parses the bytes of a file into a Document.

    `formats` are the supported formats. `reader` is the import path of the function that does the work, for example
    "rag_core.documents.pdf.reading:read"; its signature is `rag_core.documents.reading.Reader`, and the parser's fields
    are passed to it as keyword arguments. A `sandboxed` parser runs in a child process with limits on time and memory,
    any other in this process. One that `uses_llm` asks the chosen chat model; one that
    `waits_for_user` may raise NotReadYet. `needs_elsewhere` is a sentence on what a program that reads a
    document with it must find on its machine. The text of one that `is_audited` is not
    the file's text layer, and can differ from it.
    """

    slot: ClassVar[str] = "parser"
    formats: ClassVar[tuple[Format, ...]]
    reader: ClassVar[str]
    sandboxed: ClassVar[bool] = True
    uses_llm: ClassVar[bool] = False
    waits_for_user: ClassVar[bool] = False
    needs_elsewhere: ClassVar[str] = ""
    is_audited: ClassVar[bool] = False

    def read(self, source: Source, resources: ReadingResources | None) -> Document:
        """The parsed document, with the parser's notices and the parsing time.

        `resources` is None if nothing is chosen yet. Raises PasswordNeeded if the file is encrypted and the password
        is missing or wrong, and UserError if the file is empty, damaged, over a limit, or of an unsupported format.
        """
        started = time.perf_counter()
        limits = current_limits()
        found = self.checked_format(source, limits)
        document = self.for_format(found)._read_format(source, found, limits, resources)
        return replace(document, parse_ms=(time.perf_counter() - started) * 1000)

    def checked_format(self, source: Source, limits: Limits) -> Format:
        """The format of the file; raises UserError if it is unsupported, or if the file is too large or empty."""
        limits.check_bytes(source.name, len(source.data))
        if not source.data or source.data.isspace():
            raise UserError(f"{source.name} is empty: it has {'only white space' if source.data else 'no bytes'}.")
        found = format_of(source.data, source.name)
        if found not in self.formats:
            readable = " or ".join(FORMAT_NAMES[name] for name in self.formats)
            raise UserError(
                f"{source.name} is {FORMAT_NAMES[found]}, and the parser {self.kind!r} reads {readable}. "
                f"The parsers for it are: {', '.join(parser_names(found))}."
            )
        return found

    def for_format(self, document_format: Format) -> Parser:
        """The parser to use for a format: this one, unless a subclass delegates to others."""
        return self

    def parse(self, source: Source, limits: Limits, resources: ReadingResources | None) -> Parsed:
        """Run the reader on the bytes, in the sandbox or in this process; errors as in `read`."""
        fields = self.reader_fields(source, resources)
        if self.sandboxed:
            return sandbox.parse(self.reader, fields, source.data, source.name, source.password, limits)
        try:
            with telling(reported_as(source.name)):
                return load_reader(self.reader)(source.data, source.password, limits, **fields)
        except UserError as error:
            raise type(error)(f"{source.name} {error}") from error

    def reader_fields(self, source: Source, resources: ReadingResources | None) -> dict[str, Any]:
        """The keyword arguments of the reader, which must be JSON: by default, the parser's fields."""
        return self.model_dump(mode="json", exclude={"kind"})

    def reads_as(self) -> Parser:
        """The parser that reads the same text, with the fields that do not change it at their defaults."""
        return self

    def paged(self) -> ReadsPages | None:
        """This parser, if it reads pages one by one and takes long, so that reading is offered first; else None."""
        return None

    def made_by(self, resources: ReadingResources | None) -> tuple[str, ...]:
        """What the text depends on besides the bytes and the fields, such as the model that reads the pages."""
        return ()

    def applies_to(self, document: Document) -> bool:
        """Whether the parser supports the document's format; for other documents it is ignored."""
        return document.format in self.formats

    @property
    def indexes_heads(self) -> bool:
        """Whether the column heads of tables are repeated in what is indexed for their rows."""
        return False

    def has_read(self, document: Document) -> bool:
        """Whether the document was parsed by this parser with the same fields."""
        return (document.parser, document.parser_fields) == (self.kind, self.fields_json())

    def named(self) -> str:
        """The kind with the fields that differ from their defaults, as `get_parser` takes it."""
        changed = self.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
        fields = ",".join(f"{name}={_written(value)}" for name, value in changed.items())
        return f"{self.kind}:{fields}" if fields else str(self.kind)

    def fields_json(self) -> str:
        """The canonical JSON of the fields that differ from their defaults; an empty string if none do."""
        changed: dict[str, Any] = self.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
        return json.dumps(changed, sort_keys=True, separators=(",", ":")) if changed else ""

    def _read_format(
        self, source: Source, found: Format, limits: Limits, resources: ReadingResources | None
    ) -> Document:
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
            ocr_pages=parsed.ocr_pages,
        )


def get_parser(name: str) -> Parser:
    """The parser of a kind, perhaps with fields: "pdfium" or "pdfium:keep_unseen=true".

    A value that contains a comma is a JSON string: `vision:pages="1-3, 7"`.

    Raises UserError with the valid kinds or fields where there is none of that name.
    """
    kind, _, fields = name.partition(":")
    if kind not in parser_names():
        raise UserError(f"There is no parser {kind!r}. The parsers are: {', '.join(parser_names())}.")
    pairs = [field.partition("=")[::2] for field in _FIELDS.findall(fields)]
    values = {field.strip(): _read_value(value) for field, value in pairs}
    return cast(Parser, get_slot(Parser.slot).build({"kind": kind, **values}))


def _written(value: Any) -> str:
    """A field's value as `get_parser` reads it."""
    is_plain = isinstance(value, str) and value and not _SPECIAL.search(value)
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _read_value(value: str) -> Any:
    """A field's value: a JSON string, or the text as it is, which the field's type makes a number of."""
    if not value.startswith('"'):
        return value
    try:
        return json.loads(value, strict=False)
    except ValueError:
        raise UserError(f"The value {value} is not a JSON string: close it with a quotation mark.") from None


def parser_names(document_format: Format | None = None) -> list[str]:
    """The kinds of all parsers, or of those that support a format, in the order of registration."""
    parsers = cast(dict[str, type[Parser]], get_slot(Parser.slot).kinds.items())
    return [name for name, part in parsers.items() if document_format in (None, *part.formats)]


add_slot(Slot("parser", order=10, title="Parser", default={"kind": "default"}, base=Parser, optional=True))

"""The document as each of the shown parsers reads it, or what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag_core.documents.document import Document
from rag_core.errors import UserError
from rag_core.parts.parser import Parser, get_parser
from rag_core.pipeline.aligned import boxed
from rag_core.pipeline.long_reading import unread
from rag_core.pipeline.page_audit import PageAudit, audited
from rag_core.pipeline.report import Place, report
from rag_core.pipeline.rereading import is_quick, reread
from rag_core.stages.resources import ReadingResources
from rag_core.text.audit import Finding
from rag_core.ui.shell.page_reading import ReadingBox


@dataclass(frozen=True)
class Reading:
    """A parser with the document that it made; `boxes` are offers to read what takes long, `problem` is an error.

    `audit` is that of a text that is not the file's text layer against it, `layer`; None for the others. While
    `is_going_on`, the parser is at work.
    """

    parser: Parser
    document: Document | None = None
    boxes: Sequence[ReadingBox] = ()
    problem: str = ""
    audit: PageAudit | None = None
    layer: Document | None = None
    is_going_on: bool = False

    def places(self) -> dict[str, list[Place]]:
        """The places of each figure of the report and the audit, by name."""
        if self.document is None:
            return {}
        found = dict(report(self.document))
        for finding in self.audit.findings if self.audit else ():
            span = finding.read if finding.read.end > finding.read.start else None
            found.setdefault(finding.finding.kind, []).append(Place(finding.page, span, described(finding.finding)))
        return found


def described(finding: Finding) -> str:
    """What was read, and what the text layer has."""
    return f"{finding.read or 'nothing'} — text layer: {finding.layer or 'nothing'}"


def readings_at_once(opened: Document, parsers: Sequence[Parser], resources: ReadingResources) -> list[Reading] | None:
    """What is known without a wait, with nothing for the other parsers; None if all of them are known."""
    quick = [is_quick(opened, parser, resources) for parser in parsers]
    if all(quick):
        return None
    return [
        _reading(opened, parser, resources, i) if known else Reading(parser, is_going_on=parser.paged() is None)
        for i, (parser, known) in enumerate(zip(parsers, quick, strict=True))
    ]


def readings(opened: Document, parsers: Sequence[Parser], resources: ReadingResources) -> list[Reading]:
    """What each parser makes of the document; nothing that takes long or costs is started."""
    return [_reading(opened, parser, resources, i) for i, parser in enumerate(parsers)]


def _reading(opened: Document, parser: Parser, resources: ReadingResources, at: int) -> Reading:
    try:
        offers = unread(parser, [opened], resources)
        if offers:
            boxes = [ReadingBox(f"parsers{at}-{i}", opened.label, one) for i, one in enumerate(offers)]
            return Reading(parser, boxes=boxes)
        document = reread(opened, parser, resources)
    except UserError as error:
        return Reading(parser, problem=str(error))
    layer = _layer(opened, document) if parser.is_audited else None
    return Reading(parser, document, audit=audited(document, layer) if layer else None, layer=layer)


def _layer(opened: Document, document: Document) -> Document | None:
    """The text layer of the file, or the text file that was opened; None for a scan."""
    found = boxed(opened) or opened
    is_layer = found is not document and not get_parser(found.parser).is_audited
    return found if is_layer and found.text.strip() else None

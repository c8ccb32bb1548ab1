"""The parser `transcript`: Markdown that the user already has for the pages of a document."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field
from typing_extensions import override

from rag_core.documents.formats import Format, format_of
from rag_core.documents.transcripts.store import TranscriptSet, find
from rag_core.documents.transcripts.transcript import Transcript
from rag_core.part import register
from rag_core.parts.parser.base import Parser
from rag_core.parts.parser.offer import NotReadYet
from rag_core.stages.resources import ParserResources, ReadingResources
from rag_core.stages.source import Source

_HOW = "Load its Markdown files: “Load a transcript” in the parser's settings, or --transcript on the command line."


@register
class TranscriptParser(Parser):
    """Takes the text of each page from a transcript, and from the file only how many pages there are.

    What a model wrote around the pages, such as "Here's the content:" and a fence around all of it, is left out.
    """

    kind: Literal["transcript"] = "transcript"
    label: ClassVar[str] = "transcript"
    summary: ClassVar[str] = "Takes Markdown files that you already have for the pages, such as a vision model's"
    formats: ClassVar[tuple[Format, ...]] = ("pdf", "text")
    is_audited: ClassVar[bool] = True
    waits_for_user: ClassVar[bool] = True
    needs_elsewhere: ClassVar[str] = (
        "The transcripts must have been loaded on the machine, for which the command parse has the option --transcript."
    )
    reader: ClassVar[str] = "rag_core.documents.transcripts.reading:read"

    transcripts: str = Field(
        default="",
        pattern=r"^(?:[0-9a-f]{64})?$",
        title="Transcripts",
        description="sha256 of the set of transcripts that was loaded, one for each document; empty: none yet",
    )

    @override
    def reader_fields(self, source: Source, resources: ReadingResources | None) -> dict[str, Any]:
        transcript = self._transcript(source, resources or ParserResources())
        pages = [(page.number, page.text, page.file) for page in transcript.pages]
        has_pages = format_of(source.data, source.name) == "pdf"
        return {"has_pages": has_pages, "pages": pages, "unmatched": transcript.unmatched}

    @override
    def short(self) -> str:
        return f"{self.label} {self.transcripts[:8]}".rstrip()

    def _transcript(self, source: Source, resources: ReadingResources) -> Transcript:
        found = find(self.transcripts, resources.cache)
        if found is None and self.transcripts:
            short = f"{self.transcripts[:12]}…"
            raise NotReadYet(f"The transcripts {short} are not on this machine, or not any more. {_HOW}")
        transcript = (found or TranscriptSet()).by_source.get(source.id)
        if transcript is None:
            raise NotReadYet(f"{source.name} has no transcript. {_HOW}")
        return transcript

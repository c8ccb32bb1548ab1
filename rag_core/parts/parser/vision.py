"""The parser `vision`: pictures of pages, which a chat model that sees writes down as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from threading import Condition
from typing import Annotated, Any, ClassVar, Literal

from cachetools import LRUCache, cached
from pydantic import AfterValidator, BeforeValidator, Field
from typing_extensions import override

from rag_core.documents.document import Page
from rag_core.documents.formats import Format
from rag_core.documents.limits import Limits, current_limits
from rag_core.documents.parsed import Parsed
from rag_core.documents.sandbox import run as sandbox
from rag_core.documents.transcripts.cleaning import NO_TEXT
from rag_core.documents.transcripts.page_ranges import PAGE_RANGES, check_ranges, chosen_pages
from rag_core.errors import UserError
from rag_core.llms.base import ChatModel
from rag_core.part import register
from rag_core.parts.parser.offer import Offer, PageFunction
from rag_core.parts.parser.paged import PagedParser
from rag_core.parts.parser.vision_cost import offer_sentence
from rag_core.parts.parser.vision_replies import PageReply, asking
from rag_core.stages.source import Source

_VERSION = "1"  # of what is sent besides the fields: format and quality of pictures
PROMPT = (
    "Write down this page of a document as Markdown. Copy all of its text exactly, word for word and number for "
    "number, in reading order; do not correct, complete, translate or summarize anything. Write headings with #, lists "
    "as lists, and tables as Markdown tables with every row and column. Leave out page numbers and running headers and "
    "footers. Of a figure, write its caption and the text in it. If the page has no text, reply with "
    f"{NO_TEXT}. Reply with the Markdown only."
)


def _joined(value: Any) -> Any:
    """Pages as a SPEC writes them, as a list or a number: 1-3+7."""
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value).replace("+", ", ")


@register
class Vision(PagedParser):
    """Sends a picture of each page to the chosen language model, which has to see images, and takes its Markdown."""

    kind: Literal["vision"] = "vision"
    label: ClassVar[str] = "vision model"
    summary: ClassVar[str] = "Has a language model that sees write each page down as Markdown; it may err, so compare"
    formats: ClassVar[tuple[Format, ...]] = ("pdf",)
    reader: ClassVar[str] = "rag_core.documents.transcripts.reading:read"
    uses_llm: ClassVar[bool] = True
    needs_elsewhere: ClassVar[str] = (
        "The pages must have been read on the machine by the language model that CHUNKSCOPE_LLM and the variables "
        "beside it name: the command parse says what that costs, and has them read with --yes."
    )
    concurrency: ClassVar[int] = 4
    action: ClassVar[str] = "Reading by a vision model"

    pages: Annotated[str, BeforeValidator(_joined), AfterValidator(check_ranges)] = Field(
        "",
        max_length=200,
        title="Pages",
        description="Which pages are read, such as 1-3, 7; empty: all of them",
        json_schema_extra={"pattern": PAGE_RANGES},  # for readers of the schema: check_ranges says what is wrong
    )
    width_px: int = Field(
        1280, ge=400, le=3000, title="Width, px", description="Width of the picture that is sent of a page, in pixels"
    )
    page_tokens: int = Field(
        4096,
        ge=256,
        le=32000,
        title="Tokens per page",
        description="Maximum of tokens that the model writes for a page",
    )
    model: str = Field(
        "",
        max_length=200,
        title="Model",
        description="Name of the model that has to read the pages; empty: the language model that is chosen",
    )
    prompt: str = Field(
        PROMPT, min_length=1, max_length=8000, title="Prompt", description="What the model is asked with each page"
    )

    @override
    def short(self) -> str:
        return f"{self.label}{f' {self.model}' if self.model else ''}{f', pages {self.pages}' if self.pages else ''}"

    @override
    def page_made_by(self, llm: ChatModel | None) -> tuple[str, ...]:
        return (self.kind, _VERSION, str(self.width_px), self.prompt, llm.answers_as if llm else "")

    @override
    def page_numbers(self, source: Source) -> tuple[int, ...]:
        count = len(_sizes(source))
        found = chosen_pages(self.pages, count)
        if not found:
            raise UserError(f"{source.name} has {count:,} pages, and none of them is in parser.pages={self.pages}.")
        return found

    @override
    def offer_for(
        self, source: Source, missing: tuple[int, ...], total: int, seconds: float | None, llm: ChatModel | None
    ) -> Offer:
        if obstacle := self._obstacle(llm):
            return Offer(
                missing, total, f"A vision model would read {len(missing):,} of {total:,} pages.", obstacle=obstacle
            )
        assert llm is not None
        sizes = [(page.width or 1.0, page.height or 1.0) for page in _sizes(source) if page.number in missing]
        sentence = offer_sentence(
            llm, sizes, self.width_px, prompt=self.prompt, total=total, seconds=seconds, at_once=self.concurrency
        )
        return Offer(missing, total, sentence)

    @override
    def page_reader(self, source: Source, llm: ChatModel | None) -> AbstractContextManager[PageFunction]:
        if obstacle := self._obstacle(llm):
            raise UserError(obstacle)
        assert llm is not None
        return asking(llm, source, self.prompt, self.width_px, self.page_tokens)

    @override
    def assembled(self, source: Source, limits: Limits, results: Mapping[int, str]) -> Parsed:
        replies = {number: PageReply.loaded(stored) for number, stored in results.items()}
        fields = {"has_pages": True, "pages": [(number, reply.text, "") for number, reply in replies.items()]}
        return sandbox.parse(self.reader, fields, source.data, source.name, source.password, limits)

    def _obstacle(self, llm: ChatModel | None) -> str:
        if llm is None:
            return "No language model is chosen: choose one that sees images under “Answers”, or name it with --llm."
        if self.model and self.model != llm.model:
            return (
                f"The strategy names the model {self.model!r}, and {llm.name} is chosen. Choose that model, or change "
                "parser.model."
            )
        return ""


def _key(source: Source) -> tuple[str, str | None]:
    return source.id, source.password


@cached(LRUCache[tuple[str, str | None], Sequence[Page]](256), key=_key, condition=Condition())
def _sizes(source: Source) -> Sequence[Page]:
    """The pages of a PDF, without their text."""
    reader = "rag_core.documents.pdf.sizes:read"
    return sandbox.parse(reader, {}, source.data, source.name, source.password, current_limits()).pages

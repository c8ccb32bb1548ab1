"""Chunkers that cut at headings and pages: what they keep together, and how far they agree with the libraries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_text_splitters import MarkdownHeaderTextSplitter
from llama_index.core.node_parser import MarkdownNodeParser
from llama_index.core.schema import Document as LlamaDocument

from rag_core.documents import Block, Document, Page
from rag_core.documents.sections import headings
from rag_core.geometry import Span
from rag_core.parts.chunker.markdown import MarkdownChunker
from rag_core.parts.chunker.page import PageChunker
from rag_core.text.tokenizers import get_tokenizer
from tests.parts.chunker.test_chunker_contract import assert_contract

COUNT = get_tokenizer("cl100k").count
WORDS = "The wheel of the mill turns all day in the water of the river. "
LINES = st.sampled_from(
    [
        "# Mill",
        "## Wheel",
        "### Stone",
        WORDS,
        WORDS * 4,
        "- an item\n- another item with more words\n  that goes on\n- a last one",
        "1. first\n2. second",
        "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |",
        "Table 1: What the mill ground in the year",
        "```\n# no heading\n```",
        "Sub\n---",
    ]
)
TEXTS = st.lists(LINES, max_size=14).map("\n\n".join)
SIZES = st.tuples(st.integers(16, 90), st.integers(0, 10))


def made(kind: type[MarkdownChunker | PageChunker], sizes: tuple[int, int]) -> MarkdownChunker | PageChunker:
    return kind(chunk_tokens=sizes[0], overlap_tokens=sizes[1])


@pytest.mark.parametrize("kind", [MarkdownChunker, PageChunker])
@given(text=TEXTS, sizes=SIZES)
def test_blocks_that_fit_are_not_cut(kind, text, sizes, resources):
    document = Document.from_text(text)
    spans = made(kind, sizes).chunk(document, resources)
    assert_contract(text, spans)
    for block in document.blocks:
        start, end = block.span
        outer = [b for b in document.blocks if b.span.start <= start and end <= b.span.end and b.kind != "heading"]
        if outer and max(COUNT(text[slice(*b.span)]) for b in outer) <= sizes[0]:
            assert any(span.start <= start and end <= span.end for span in spans), text[start:end]


@given(text=TEXTS, sizes=SIZES)
def test_a_chunk_begins_at_each_heading_that_has_text_and_none_ends_with_one(text, sizes, resources):
    document = Document.from_text(text)
    spans = made(MarkdownChunker, sizes).chunk(document, resources)
    found = headings(document)
    for i, block in enumerate(found):
        line = text.rfind("\n", 0, block.span.start) + 1
        before = text[found[i - 1].span.end : line] if i else text[:line]
        if before.strip(" \n#-") or not i:
            assert any(span.start == line for span in spans)
    for span in spans:
        last = [block for block in found if span.start <= block.span.start < span.end][-1:]
        if last and not text[last[0].span.end : span.end].strip(" \n#-"):
            following = text[span.end :].lstrip()
            first = following.split("\n\n")[0].split(". ")[0]
            assert (
                not following or COUNT(text[span.start : span.end]) + COUNT(first) > sizes[0] - 4
            )  # a stop and white space count, too


MARKDOWN = "\n\n".join(
    [
        "Before.",
        "# Mill",
        "It turns.",
        "## Wheel",
        "Of wood.",
        "- oak\n- elm",
        "### Nails",
        "Iron.",
        "## Stone",
        "Hard.\n",
    ]
)


def chunk_texts(text: str, resources, **fields) -> list[str]:
    document = Document.from_text(text)
    return [text[slice(*span)] for span in MarkdownChunker(**fields).chunk(document, resources)]


def test_the_cuts_are_those_of_llama_index(resources):
    nodes = MarkdownNodeParser().get_nodes_from_documents([LlamaDocument(text=MARKDOWN)])
    assert chunk_texts(MARKDOWN, resources) == [node.text for node in nodes]


@given(st.lists(st.sampled_from(["# A\n\n", "## B\n\n", "### C\n\n"]), max_size=8))
def test_the_cuts_are_those_of_llama_index_on_any_sections(parts):
    text = "".join(f"{part}Words of section {i}.\n\n" for i, part in enumerate(parts))
    nodes = MarkdownNodeParser().get_nodes_from_documents([LlamaDocument(text=text)]) if text else []
    assert chunk_texts(text, None) == [node.text for node in nodes]


def test_the_cuts_and_paths_are_those_of_langchain(resources):
    splitter = MarkdownHeaderTextSplitter([("#", "1"), ("##", "2")], strip_headers=False)
    found = splitter.split_text(MARKDOWN)
    ours = chunk_texts(MARKDOWN, resources, max_heading_level=2)
    # LangChain writes its chunks anew, with two spaces and a line break for an empty line.
    assert [" ".join(text.split()) for text in ours] == [" ".join(one.page_content.split()) for one in found]


def test_known_differences_from_the_libraries(resources):
    fenced = (
        "# A\n\nWords.\n\n~~~\n# no heading\n~~~\n\nMore.\n\nSetext\n======\n\nLast.\n\n# Empty\n\n# Full\n\nEnd.\n"
    )
    # LlamaIndex knows neither fences of tildes nor underlined headings, and gives a heading without text a node.
    assert chunk_texts(fenced, resources) == [
        "# A\n\nWords.\n\n~~~\n# no heading\n~~~\n\nMore.",
        "Setext\n======\n\nLast.",
        "# Empty\n\n# Full\n\nEnd.",
    ]
    nodes = MarkdownNodeParser().get_nodes_from_documents([LlamaDocument(text=fenced)])
    assert len(nodes) == 4


def paged(texts: list[str]) -> Document:
    text, pages = "\n\n".join(texts), []
    for number, one in enumerate(texts, 1):
        start = sum(len(before) + 2 for before in texts[: number - 1])
        pages.append(Page(number, min(start, len(text)), min(start + len(one), len(text)), 600.0, 800.0))
    return replace(Document.from_text(text), pages=tuple(pages), blocks=())


def test_each_page_with_text_is_a_chunk(resources):
    document = paged(["First page.", "", "Third page. It has two sentences.", "Last."])
    spans = PageChunker().chunk(document, resources)
    assert [document.text[slice(*span)] for span in spans] == [
        "First page.",
        "Third page. It has two sentences.",
        "Last.",
    ]


def test_a_page_over_the_size_is_cut_at_sentences(resources):
    document = paged([WORDS * 10, "Second."])
    spans = PageChunker(chunk_tokens=40).chunk(document, resources)
    assert len(spans) > 4
    assert document.text[slice(*spans[-1])] == "Second."
    assert all(document.text[slice(*span)].endswith(".") for span in spans)


def test_an_item_over_two_pages_belongs_to_the_first(resources):
    document = paged(["Words.\n\n- an item that", "goes on here.\n\nMore words."])
    start = document.text.index("- an")
    end = document.text.index("here.") + 5
    document = replace(document, blocks=(Block(Span(start, end), "list_item"),))
    texts = [document.text[slice(*span)] for span in PageChunker().chunk(document, resources)]
    assert texts == ["Words.\n\n- an item that\n\ngoes on here.", "More words."]


def test_what_a_document_lacks_is_said():
    document = Document.from_text("Words only.", name="words.txt")
    [headless] = MarkdownChunker().notices(document)
    [pageless] = PageChunker().notices(document)
    assert "No headings were found in words.txt" in headless
    assert "words.txt has no pages" in pageless
    assert MarkdownChunker().notices(Document.from_text("# A\n")) == PageChunker().notices(paged(["A", "B"])) == []

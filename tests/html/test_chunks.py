"""The text with cuts in it is the document's text, and each character is tinted as the chunks that hold it say."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.html.chunks import Lane, chunks_html
from tests.html.reader import MARKUP, Reader, assert_harmless, stripped_of_tags

TEXTS = st.text("ab <>&\"'\n \t{%}é", min_size=1, max_size=80)


@st.composite
def cut_texts(draw):
    text = draw(TEXTS)
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    spans = draw(st.lists(ends.map(lambda pair: Span(*sorted(pair))), max_size=6))
    chunks = sorted(span for span in spans if span.end > span.start)
    sizes = [span.end - span.start for span in chunks]
    beyond = [Span(span.end - 1, span.end) if draw(st.booleans()) else None for span in chunks]
    lane = Lane("cut", draw(st.integers(0, 5)), chunks, sizes, beyond)
    return text, lane, Span(*sorted(draw(ends)))


def lanes_of(html: str) -> list[str]:
    return re.findall(r"<section[^>]*>(.*?)</section>", html, re.DOTALL)


@given(cut_texts())
def test_the_text_is_the_documents(drawn) -> None:
    text, lane, part = drawn
    whole, some = chunks_html(text, [lane, lane]), chunks_html(text, [lane], part)
    assert [stripped_of_tags(html) for html in lanes_of(whole)] == [text, text]
    assert [stripped_of_tags(html) for html in lanes_of(some)] == [text[part.start : part.end]]
    assert Reader(whole).elements.count("section") == 2


@given(cut_texts())
def test_each_character_is_tinted_by_the_chunks_that_hold_it(drawn) -> None:
    text, lane, _ = drawn
    (html,) = lanes_of(chunks_html(text, [lane]))
    kinds = []
    for kind, inside, between in re.findall(r'<span class="cs-run cs-(\w+)[^>]*>([^<]*)</span>|([^<]+)', html):
        kinds += [kind or "gap"] * len(stripped_of_tags(inside or between))
    for at, kind in enumerate(kinds):
        holding = [i for i, chunk in enumerate(lane.chunks) if chunk.start <= at < chunk.end]
        assert kind == ("gap" if not holding else "overlap" if len(holding) > 1 else ("even", "odd")[holding[0] % 2])


@given(cut_texts())
def test_every_chunk_is_marked_once_where_it_begins(drawn) -> None:
    text, lane, part = drawn
    html = chunks_html(text, [lane], part)
    cuts = [cut for cuts in re.findall(r'data-cut="([^"]*)"', html) for cut in cuts.split(", ")]
    begun = [i for i, chunk in enumerate(lane.chunks) if part.start <= chunk.start < part.end]
    assert cuts == [f"{i + 1} · {lane.sizes[i]}" for i in begun]


def test_sizes_in_tokens_and_characters_are_a_hover_away() -> None:
    lane = Lane("Token", 1, [Span(0, 5), Span(3, 8)], [1200, 1], [None, Span(7, 8)])
    attributes = Reader(chunks_html("otters swim", [lane])).attributes
    titles = [value for name, value in attributes if name == "data-title"]
    first = "chunk 1 of 2: 1,200 tokens, 5 characters"
    second = "chunk 2 of 2: 1 token, 5 characters, of which 1 character beyond the model's limit"
    assert titles == [first, f"overlap of {first}; {second}", second, second]
    keys = [value for name, value in attributes if name == "data-key"]
    assert keys == ["0-0", "0-0 0-1", "0-1", "0-1"]


@given(cut_texts())
def test_what_no_chunk_reads_is_struck_through(drawn) -> None:
    text, lane, _ = drawn
    (html,) = lanes_of(chunks_html(text, [lane]))
    struck = []
    for kinds, inside, between in re.findall(r'<span class="(cs-run[^"]*)"[^>]*>([^<]*)</span>|([^<]+)', html):
        struck += ["cs-truncated" in kinds] * len(stripped_of_tags(inside or between))
    for at, is_struck in enumerate(struck):
        holding = [i for i, chunk in enumerate(lane.chunks) if chunk.start <= at < chunk.end]
        read = [i for i in holding if lane.truncated[i] is None or at < lane.truncated[i].start]
        assert is_struck == bool(holding and not read)


@given(cut_texts(), st.integers(0, 79))
def test_a_place_is_pointed_out_in_the_text(drawn, here: int) -> None:
    text, lane, part = drawn
    (html,) = lanes_of(chunks_html(text, [lane], part, here))
    assert html.count("data-here") == (part.start <= here < part.end)
    assert stripped_of_tags(html) == text[part.start : part.end]
    before, found, _ = html.partition("<b ")
    assert not found or len(stripped_of_tags(before)) == here - part.start


def test_markup_stays_text() -> None:
    lane = Lane(MARKUP, 0, [Span(0, 20), Span(15, len(MARKUP))], [3, 4], [None, None], MARKUP)
    html = chunks_html(MARKUP, [lane])
    assert_harmless(html)
    assert Reader(html).text.strip() == MARKUP

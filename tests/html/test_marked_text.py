"""A hit's text with marks in it is the text, and exactly what matched is marked."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from rag_core.geometry import Span
from rag_core.html.cards import hit_html
from rag_core.html.marked_text import Marks, excerpt, marked_runs
from rag_core.html.templating import environment
from rag_core.text.spans import union
from tests.html.comparisons import document_of, hit_of, view_of
from tests.html.reader import Reader, stripped_of_tags

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Span(*sorted(ends))), max_size=6)


def marked_html(text: str, span: Span, marks: Marks) -> str:
    template = environment().from_string('{% from "shared.html.j2" import marked %}{{ marked(runs) }}')
    return template.render(runs=marked_runs(text, span, marks))


@given(st.text("ab <>&\"'\n", min_size=60, max_size=60), SPANS, SPANS, SPANS)
def test_marked_text_without_its_tags_is_the_text(text: str, matched, first, second) -> None:
    marks = Marks(union(matched), [("<one>", union(first)), ('"two"', union(second))])
    span = Span(5, 55)
    html = marked_html(text, span, marks)
    assert stripped_of_tags(html) == text[5:55]
    assert set(Reader(html).elements) <= {"mark", "span"}


@given(st.text("ab <>&", min_size=60, max_size=60), SPANS)
def test_exactly_what_matched_is_marked(text: str, matched) -> None:
    html = marked_html(text, Span(0, 60), Marks(union(matched), []))
    marked = "".join(unescape(part) for part in re.findall(r"<mark>(.*?)</mark>", html, re.DOTALL))
    assert marked == "".join(text[span.start : span.end] for span in union(matched))


@given(st.text("abc \n", max_size=2000), st.data())
def test_an_excerpt_is_part_of_the_span_and_holds_the_beginning_of_its_focus(text: str, data) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    at = data.draw(st.integers(start, end))
    part = excerpt(text, Span(start, end), data.draw(st.sampled_from([None, Span(at, end)])))
    assert start <= part.start <= part.end <= end
    assert (part.end > part.start) == (end > start)
    focused = excerpt(text, Span(start, end), Span(at, end))
    assert focused.start <= at <= focused.end


@given(st.text("ab <>&\n ", min_size=500, max_size=700), st.integers(0, 300))
def test_a_card_holds_the_whole_text_of_a_long_hit_to_the_last_blank(text: str, start: int) -> None:
    document = document_of(text)
    hit, other = hit_of(document, start // 4, len(text)), hit_of(document, start, start + 90)
    (whole,) = re.findall(r'cs-whole">(.*?)</div>', hit_html(view_of([document], [hit], [other]), 0, hit), re.DOTALL)
    assert stripped_of_tags(whole) == hit.text


@given(st.text("ab <>&", min_size=1, max_size=80))
def test_a_card_shows_a_short_hit_as_it_stands(text: str) -> None:
    document = document_of(text)
    hit = hit_of(document, 0, len(text))
    (shown,) = re.findall(r'cs-text">(.*?)</div>', hit_html(view_of([document], [hit]), 0, hit), re.DOTALL)
    assert stripped_of_tags(shown) == text

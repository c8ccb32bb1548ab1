"""The figures are HTML made of a document's text: nothing of it may become markup, and nothing may get lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.documents.document import Document, Page
from rag_core.geometry import Span
from rag_core.html.cards import answer_html, hit_html
from rag_core.html.comparison_view import ComparisonView, names_of
from rag_core.html.marked_text import Marks, excerpt, marked_runs
from rag_core.html.overlap_tables import found_html, shared_table_html
from rag_core.html.ribbon import ribbon_html
from rag_core.html.templating import environment
from rag_core.pipeline.results import Column, Comparison, Counts, DocumentInfo, Timings
from rag_core.stages.results import Answer, Citation, Hit, Via
from rag_core.strategy import Strategy
from rag_core.text.spans import union
from tests.html.reader import MARKUP, Reader, assert_harmless, stripped_of_tags

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Span(*sorted(ends))), max_size=6)


def document_of(text: str, name: str = "a.txt", pages: int = 1) -> Document:
    step = -(-len(text) // pages)
    size = (595.0, 842.0) if pages > 1 else (None, None)
    of = tuple(Page(n + 1, n * step, min((n + 1) * step, len(text)), *size) for n in range(pages))
    return Document(id=name, name=name, parser="text", text=text, pages=of)


def hit_of(document: Document, start: int, end: int, *, rank: int = 1, score: float = 0.5, via: str = "chunk") -> Hit:
    pages = [page.number for page in document.pages_of(start, end)]
    entry = Via(kind=via, start=start, end=end, text=document.text[start:end], score=score)
    return Hit(
        document=document.id, start=start, end=end, text=entry.text, score=score, rank=rank, pages=pages, via=[entry]
    )


def shown_of(documents: list[Document], *columns: list[Hit], names: list[str] | None = None) -> ComparisonView:
    strategy = Strategy(
        name="baseline",
        **{slot: {"kind": kind} for slot, kind in [("chunker", "sentence"), ("reference", "itself"),
           ("search", "dense"), ("rerank", "none"), ("budget", "hits")]},
    )  # fmt: skip
    made = [
        Column(
            strategy=strategy,
            hits=hits,
            answer=None,
            timings_ms=Timings(parse_ms=1, chunk_ms=1, embed_ms=1, search_ms=1, answer_ms=1),
            counts=Counts(chunks=1, entries=1, hits=len(hits), distinct_parents=1, context_tokens=1, model_tokens=1,
                          tokens_beyond_limit=0),
        )
        for hits in columns
    ]  # fmt: skip
    infos = [DocumentInfo(id=d.id, name=d.name, pages=len(d.pages), characters=len(d.text)) for d in documents]
    comparison = Comparison(documents=infos, question="?", tokenizer="cl100k", embedding_model="m", columns=made)
    return ComparisonView(comparison, documents, names or [f"column {i}" for i in range(len(columns))])


def marked_html(text: str, span: Span, marks: Marks) -> str:
    shown = environment().from_string('{% from "shared.html.j2" import marked %}{{ marked(runs) }}')
    return shown.render(runs=marked_runs(text, span, marks))


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


def test_markup_in_texts_and_names_stays_text() -> None:
    documents = [document_of(MARKUP, f"{MARKUP}.txt"), document_of("other", "b.txt")]
    names = [MARKUP, "b"]
    hits = [hit_of(documents[0], 0, len(MARKUP), via="child"), hit_of(documents[1], 0, 5, rank=2)]
    shown = shown_of(documents, hits, [hit_of(documents[0], 3, 20)], names=names)
    answer = Answer(text=MARKUP, citations=[Citation(hit=1, start=0, end=len(MARKUP))], model="extractive")
    drawn = [
        *(hit_html(shown, 0, hit) for hit in hits),
        answer_html(shown, 0, answer),
        answer_html(shown, 0, Answer(text=MARKUP, citations=[], model="extractive")),
        found_html(shown, shown.overlap.only[0], MARKUP),
        found_html(shown, {}, MARKUP),
        shared_table_html(shown),
        ribbon_html(shown.comparison.columns, documents, names),
        ribbon_html([None] * len(names), documents, names),
    ]
    for html in drawn:
        assert_harmless(html)
    assert MARKUP in Reader(drawn[0]).text


@pytest.mark.parametrize("scores", [[0.2, 0.8], [-0.3, 0.5], [-0.9, -0.1], [0.0], [4.2, 17.0]])
def test_all_scores_share_one_axis_and_no_bar_leaves_it(scores: list[float]) -> None:
    document = document_of("some words of text")
    columns = [[hit_of(document, 0, 4, score=score)] for score in scores]
    shown = shown_of([document], *columns)
    low, high = shown.score_axis
    assert low <= min(0, *scores, 0)
    assert high >= max(scores)
    for column, hits in enumerate(columns):
        left, width = map(
            float, re.search(r"left:([\d.]+)%;width:([\d.]+)%", hit_html(shown, column, hits[0])).groups()
        )
        assert 0 <= left <= left + width <= 100.1
        assert f"{scores[column]:.3f}" in hit_html(shown, column, hits[0])


@given(st.integers(1, 4), st.lists(st.tuples(st.integers(0, 299), st.integers(1, 300)), min_size=1, max_size=8))
def test_marks_and_ticks_stay_on_the_ribbon(documents: int, places: list[tuple[int, int]]) -> None:
    opened = [document_of("x" * 300, f"{n}.pdf", pages=30) for n in range(documents)]
    hits = [
        hit_of(opened[n % documents], start, min(300, start + size), rank=n + 1)
        for n, (start, size) in enumerate(places)
    ]
    shown = shown_of(opened, hits, [])
    html = ribbon_html(shown.comparison.columns, opened, shown.names)
    lefts = [float(left) for left in re.findall(r"left:([\d.]+)%", html)]
    marks = [(float(a), float(b)) for a, b in re.findall(r"left:([\d.]+)%;width:max\(([\d.]+)%", html)]
    assert all(0 <= left <= 100 for left in lefts)
    assert len(marks) == len(hits)
    assert all(left + width <= 100.01 for left, width in marks)
    assert all(f'href="#hit-0-{hit.rank}"' in html for hit in hits)
    assert len(Reader(html).attributes) > len(hits)


def test_the_last_ticks_number_stays_on_a_phones_screen() -> None:
    short_last_page = document_of("x" * 726, pages=25)
    html = ribbon_html([None], [short_last_page], ["a"])
    assert ">page 1<" in html
    assert ">22<" in html
    assert ">25<" not in html


def test_equal_names_are_told_apart() -> None:
    assert names_of(["A", "B", "A", "A"]) == ["A 1", "B", "A 2", "A 3"]
    assert names_of([]) == []

"""A hit that is joined from dozens of entries lists and marks the best one, and says how many there are."""

import re

import pytest

from rag_core.html.cards import hit_html
from rag_core.stages.results import Hit, Via
from tests.html.comparisons import document_of, hit_of, view_of
from tests.html.reader import Reader

SENTENCES = [f"Sentence number {number} says little. " for number in range(40)]
DOCUMENT = document_of("".join(SENTENCES))
BEST = 17


def hit_via(kind: str, count: int) -> Hit:
    """A hit of the first `count` sentences, of which one is the best."""
    starts = [sum(map(len, SENTENCES[:n])) for n in range(count + 1)]
    vias = [
        Via(
            kind=kind,
            start=starts[n],
            end=starts[n + 1] - 1,
            text=SENTENCES[n].strip(),
            score=0.9 - abs(n - BEST) / 100,
        )
        for n in range(count)
    ]
    whole = hit_of(DOCUMENT, 0, starts[-1] - 1, via=kind)
    return whole.model_copy(update={"via": sorted(vias, key=lambda via: -via.score)})


def lines_of(hit: Hit) -> list[str]:
    html = hit_html(view_of([DOCUMENT], [hit]), 0, hit)
    listed = re.search(r'<ul class="cs-via".*?</ul>', html, re.DOTALL)
    assert listed is not None
    return [" ".join(Reader(line).text.split()) for line in re.findall(r"<li.*?</li>", listed[0], re.DOTALL)]


def test_a_span_joined_from_many_sentences_lists_the_best_one() -> None:
    lines = lines_of(hit_via("window", 40))
    assert lines == ["via windows around “Sentence number 17 says little.”0.900", "joined with 39 more, down to 0.680"]


def test_a_span_of_one_sentence_says_nothing_of_others() -> None:
    assert len(lines_of(hit_via("window", 1))) == 1


@pytest.mark.parametrize(("count", "more"), [(3, 0), (4, 1), (40, 37)])
def test_other_entries_are_listed_up_to_three(count: int, more: int) -> None:
    lines = lines_of(hit_via("child", count))
    assert len(lines) == 3 + bool(more)
    assert not more or lines[-1].startswith(f"and {more} more, down to 0.")


def test_of_a_joined_span_only_the_best_sentence_is_marked() -> None:
    hit = hit_via("window", 40)
    html = hit_html(view_of([DOCUMENT], [hit]), 0, hit)
    marked = re.findall(r"<mark>(.*?)</mark>", html, re.DOTALL)
    assert set(marked) == {SENTENCES[BEST].strip()}
    assert len(marked) == 2  # in the excerpt and in the whole text


def test_a_merged_part_says_how_many_of_its_parts_were_found() -> None:
    hit = hit_via("leaf", 4).model_copy(update={"children": 7})
    lines = lines_of(hit)
    assert lines[0] == "merged: 4 of its 7 parts found; the score is their mean"
    assert lines[1].startswith("via part of 7 tokens “Sentence number 3")
    assert len(lines) == 1 + 3 + 1


def test_what_was_filled_in_says_between_what_and_marks_nothing() -> None:
    hit = hit_via("neighbour", 2)
    outside = [via.model_copy(update={"start": 400 + n, "end": 420 + n}) for n, via in enumerate(hit.via)]
    hit = hit.model_copy(update={"via": outside})
    assert lines_of(hit)[0] == "filled in between two hits; the score is their mean"
    assert "<mark>" not in hit_html(view_of([DOCUMENT], [hit]), 0, hit)


def test_a_context_is_shown_as_the_model_wrote_it_and_stays_text() -> None:
    hit = hit_of(DOCUMENT, 0, 30)
    [via] = hit.via
    written = "From the report of <b>ACME</b>\n & Sons."
    line, *_ = lines_of(hit.model_copy(update={"via": [via.model_copy(update={"context": written})]}))
    assert line.startswith("via the chunk itself, with the context: “From the report of <b>ACME</b> & Sons.”")

"""An answer's card: what a server sent stays text, and what is unknown or unsupported is said to be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rag_core.html.generated import failed_html, generated_html, streaming_html
from rag_core.stages.results import Answer, AnswerSentence, AnswerUsage
from tests.html.comparisons import document_of, hit_of
from tests.html.reader import MARKUP, Reader, assert_harmless

HIT = hit_of(document_of("Otters swim."), 0, 12)


def answer_of(text: str = "Otters swim [1].", **fields) -> Answer:
    usage = AnswerUsage(calls=2, prompt_tokens=1200, completion_tokens=None, cost_usd=None)
    return Answer(**{"text": text, "citations": [], "model": "m", "usage": usage, **fields})


def text_of(html: str) -> str:
    return " ".join(Reader(html).text.split())


def job_of(**fields) -> SimpleNamespace:
    return SimpleNamespace(**{"first_token_ms": None, "stage": "", "elapsed_ms": 1234.0, "text": "", **fields})


@pytest.mark.parametrize(
    "html",
    [
        generated_html(0, answer_of(MARKUP, model=MARKUP, mode=MARKUP, notes=[MARKUP]), [HIT], MARKUP),
        failed_html(0, MARKUP, MARKUP, MARKUP),
        streaming_html(0, MARKUP, job_of(stage=MARKUP, text=MARKUP)),
    ],
    ids=["complete", "failed", "streaming"],
)
def test_markup_stays_text(html: str) -> None:
    assert_harmless(html)
    assert Reader(html).text.count(MARKUP) >= 3


def test_what_an_answer_took() -> None:
    html = generated_html(0, answer_of(first_token_ms=250, total_ms=2100), [HIT], None)
    shown = "first token 250 ms · total 2.1 s · 2 calls · tokens in 1,200 · tokens out unknown · cost unknown"
    assert text_of(html).endswith(shown)
    assert ("title", "The server does not report it.") in Reader(html).attributes


def test_a_known_cost_names_the_prices() -> None:
    usage = AnswerUsage(calls=1, prompt_tokens=1, completion_tokens=2, cost_usd=0.0042)
    html = generated_html(0, answer_of(usage=usage), [HIT], "May 2026")
    assert text_of(html).endswith("tokens in 1 · tokens out 2 · cost $0.0042")
    assert ("title", "At the prices of May 2026.") in Reader(html).attributes


def test_unsupported_sentences_are_marked_and_counted() -> None:
    text = "Otters swim [1]. They fly."
    sentences = [
        AnswerSentence(start=0, end=16, hits=[1], supported=True, similarity=0.9),
        AnswerSentence(start=17, end=26, hits=[], supported=False, similarity=None),
    ]
    html = generated_html(0, answer_of(text, sentences=sentences), [HIT], None)
    assert "1 of 2 sentences is not supported by what was retrieved (1 without a citation)" in text_of(html)
    assert ("title", "Not supported by what was retrieved. It cites no hit.") in Reader(html).attributes
    paragraph = html.partition('<p class="cs-generated">')[2].partition("</p>")[0]
    assert Reader(paragraph).text == text


def test_before_the_first_token_it_says_what_is_waited_for_and_how_long() -> None:
    assert "m · waiting for the first token · 1.2 s" in text_of(streaming_html(0, "m", job_of()))
    assert "m · step 2 of 3 · 1.2 s" in text_of(streaming_html(0, "m", job_of(stage="step 2 of 3")))
    assert "m · first token after 300 ms · 1.2 s" in text_of(streaming_html(0, "m", job_of(first_token_ms=300)))


def test_of_a_long_answer_only_the_end_is_sent_while_it_is_streamed() -> None:
    assert len(streaming_html(0, "m", job_of(text="word " * 10_000))) < 7000

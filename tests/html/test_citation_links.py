"""Answers as they are shown: each citation of a hit is a link to it, and all else is text."""

import pytest

from rag_core.html.generated import generated_html
from rag_core.stages.results import Answer, AnswerUsage, Hit

USAGE = AnswerUsage(calls=1, prompt_tokens=None, completion_tokens=None, cost_usd=None)


def link(rank, shown):
    return f'<a class="cs-cite" href="#hit-4-{rank}">{shown}</a>'


def shown(text):
    """The answer's paragraph, in column 4 with three hits."""
    hits = [Hit(document="d", start=0, end=1, text="x", score=1, rank=n, pages=[1], via=[]) for n in (1, 2, 3)]
    html = generated_html(4, Answer(text=text, citations=[], model="m", usage=USAGE), hits, None)
    return html.partition('<p class="cs-generated">')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Otters [1].", f"Otters {link(1, '[1]')}."),
        ("Otters [1, 2].", f"Otters {link(1, '[1]')}{link(2, '[2]')}."),
        ("Otters [1, 9].", f"Otters {link(1, '[1]')}[9]."),
        ("Otters [ 3 ].", f"Otters {link(3, '[3]')}."),
        ("Otters [1-3].", f"Otters [{link(1, '1')}-{link(3, '3')}]."),
        ("Otters [1; 2].", f"Otters [{link(1, '1')}; {link(2, '2')}]."),
        ("Otters [7-9].", "Otters [7-9]."),
        ("Otters [a1].", "Otters [a1]."),
        ("<b>[1]</b>", f"&lt;b&gt;{link(1, '[1]')}&lt;/b&gt;"),
    ],
)
def test_what_is_counted_as_a_citation_is_a_link(text, html):
    assert shown(text) == html

"""Two columns of the page that read one PDF with different parsers, side by side."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.html.reader import stripped_of_tags
from tests.paths import ROOT

SPECS = ["baseline:budget.hits=1", "baseline:budget.hits=1,parser.kind=toy_parser,parser.max_pages=3"]
HIT, NOTHING_SHARED = '<div class="cs-hit ', '<p class="cs-none">Not available: '


def test_both_columns_show_hits_in_the_text_of_their_parser(import_slot: Callable[[str], object]) -> None:
    import_slot("parser")  # it gives capital letters
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    app.query_params["q"], app.query_params["s"] = "How much overlap is enough?", SPECS
    app.run()
    assert not app.exception
    bodies = [element.proto.body for element in app.get("html")]
    hits = [body for body in bodies if body.startswith(HIT)]
    assert [text_of(hit).isupper() for hit in hits] == [False, True]
    assert all("only here" in hit for hit in hits), "pages 6 and 7 are not pages 1 and 2, whoever reads them"
    assert not any(body.startswith(NOTHING_SHARED) for body in bodies)


def text_of(hit: str) -> str:
    _, _, text = hit.partition('class="cs-text"')
    text, _, _ = text.partition('<a class="cs-goto"')
    return stripped_of_tags(f"<div {text}")

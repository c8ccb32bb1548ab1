"""The Parsers page without a browser: its parsers are in the address, and what takes long is offered, not run."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from rag_core import open_document
from rag_core.parts.parser import get_parser
from rag_core.stages.resources import ParserResources
from rag_core.ui.parsers.reads import readings, readings_at_once
from rag_core.ui.parsers.results import PageTexts
from tests.documents.pdf_maker import pages_pdf, prose_lines
from tests.paths import ROOT


def opened(**parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).switch_page("pages/Parsers.py")
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "".join(json.loads(element.proto.json)["texts"] for element in app.get("bidi_component"))


def test_a_link_shows_its_parsers_and_page() -> None:
    app = opened(p=["pypdf", '{"kind":"layout","drawn_lines":false}'], g="3")
    assert texts(app).count("<section") == 2
    assert 'aria-label="layout"' in texts(app)
    assert [number.value for number in app.number_input] == [3]
    assert app.query_params["g"] == "3"
    assert "drawn_lines" in app.query_params["p"][1]


def test_what_of_a_link_is_no_parser_is_said() -> None:
    app = opened(p=["pypdf", "nonsense", '{"kind":'])
    assert "nonsense" in app.warning[0].value
    assert texts(app).count("<section") == 1


def test_another_parser_stands_beside_the_others() -> None:
    app = opened()
    before = texts(app).count("<section")
    next(button for button in app.button if button.label == "Parser").click().run()
    assert not app.exception
    assert texts(app).count("<section") == before + 1


def test_what_is_known_is_shown_while_a_parser_is_at_work() -> None:
    document = open_document(pages_pdf(prose_lines("Bees dance."), prose_lines("Otters dive.")), name="bees.pdf")
    parsers, resources = [get_parser("pdfium"), get_parser("pypdf")], ParserResources()
    known = readings_at_once(document, parsers, resources)
    assert known is not None
    assert [one.document is document for one in known] == [True, False]
    assert [one.is_going_on for one in known] == [False, True]
    assert PageTexts(known, 1).texts()[1] == "pypdf is at work…"
    assert all(one.document is not None for one in readings(document, parsers, resources))
    assert readings_at_once(document, parsers, resources) is None

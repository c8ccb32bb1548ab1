"""Documents that are chosen in a browser that does not know yet what was uploaded meanwhile."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rag_core.ui.shell.session import SAMPLE, DocumentState

UPLOAD, OTHER = f"{'1' * 16}-upload.txt", f"{'2' * 16}-other.txt"


def page() -> None:
    from rag_core.ui.shell.documents import document_picker

    document_picker()


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=60).run()


def documents(app: AppTest) -> DocumentState:
    assert not app.exception
    state: DocumentState = app.session_state["session"].documents
    return state


def uploaded(app: AppTest, *wanted: str) -> None:
    """Files are open, and the browser has not heard of them."""
    documents(app).wanted = list(wanted)


def test_a_message_with_the_choice_before_an_upload_leaves_the_upload_chosen(app: AppTest) -> None:
    uploaded(app, UPLOAD)
    app.run()
    assert documents(app).wanted == app.multiselect[0].value == [UPLOAD]


def test_what_is_removed_meanwhile_is_removed_and_the_upload_stays(app: AppTest) -> None:
    uploaded(app, SAMPLE, UPLOAD)
    app.multiselect[0].set_value([]).run()
    assert documents(app).wanted == app.multiselect[0].value == [UPLOAD]


def test_several_choices_in_one_widget_add_up(app: AppTest) -> None:
    uploaded(app, SAMPLE, UPLOAD, OTHER)
    app.run()
    for chosen in ([SAMPLE, OTHER], [OTHER], [OTHER, SAMPLE], [SAMPLE], []):
        app.multiselect[0].set_value(chosen).run()
        assert documents(app).wanted == app.multiselect[0].value == chosen

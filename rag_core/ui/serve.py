"""Serving the pages: what `chunkscope ui` and `python -m rag_core.ui` do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from streamlit.web import cli

from rag_core.ui.shell.start import start

_PACKAGE = Path(__file__).parents[1]


def serve(arguments: Sequence[str] = ()) -> None:
    """Run Streamlit with app.py, warming up from the moment the server starts; arguments go to `streamlit run`.

    Does not return: Streamlit exits the process.
    """
    start()
    sys.argv = ["streamlit", "run", str(app_script()), *arguments]
    cli.main(prog_name="streamlit")


def app_script() -> Path:
    """The path of app.py: a wheel has it in rag_core/app, with its pages and settings; a checkout beside rag_core."""
    installed = _PACKAGE / "app" / "app.py"
    return installed if installed.is_file() else _PACKAGE.parent / "app.py"

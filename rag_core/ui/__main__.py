"""`python -m rag_core.ui`: Streamlit with app.py, warming up from the moment the server starts."""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.web import cli

from rag_core.ui.shell.start import start

APP = Path(__file__).parents[2] / "app.py"

if __name__ == "__main__":
    start()
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    cli.main(prog_name="streamlit")

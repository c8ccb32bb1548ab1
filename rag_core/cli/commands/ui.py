"""`ui`: the pages."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from rag_core.cli.command import Command, Outcome


def _add_arguments(parser: ArgumentParser) -> None:
    parser.epilog = "Any other option goes to `streamlit run`, such as --server.port 8080 or --server.headless true."


def _run(options: Namespace) -> Outcome:
    from rag_core.ui.serve import serve  # loads Streamlit

    serve(options.other_options)
    return Outcome(None)


UI = Command("ui", "serve the pages and open them in the browser", _add_arguments, _run, accepts_any_option=True)

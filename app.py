"""Compare, the first screen: strategies side by side on the same documents and question.

The file has two roles: `streamlit run app.py` finds the server in it, imports it for that, and the server runs it as
the script of the page.
"""

from __future__ import annotations

if __name__ == "__main__":
    from rag_core.ui.compare.page import compare_page
    from rag_core.ui.shell.setup import setup_page

    setup_page("Compare")
    compare_page()
else:
    from starlette.middleware import Middleware
    from streamlit.starlette import App

    from rag_core.ui.browser import opened_browser
    from rag_core.ui.guard import Guard
    from rag_core.ui.page_routes import page_routes

    # Streamlit looks for a variable of this class.
    app = App(__file__, routes=page_routes(), middleware=[Middleware(Guard)], lifespan=opened_browser)

"""`python -m rag_core.ui`: serves the pages; what follows are options of `streamlit run`."""

import sys

from rag_core.ui.serve import serve

if __name__ == "__main__":
    serve(sys.argv[1:])

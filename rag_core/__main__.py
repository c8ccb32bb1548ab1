"""`python -m rag_core`: the command line."""

from rag_core.cli.entry import run_and_exit

if __name__ == "__main__":
    run_and_exit()
